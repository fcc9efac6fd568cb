import { describe, expect, it } from 'vitest'
import { validateJson, validateText } from '../../../src/cli/text/validate-text.js'
import { loadDefinitions } from '../../../src/load/load-definitions.js'
import { collectorRegistry } from '../../../src/registry/collectors.js'
import { probeRegistry } from '../../../src/registry/probes.js'
import { check, file, folderOf } from '../../load/support/packs.js'

const tcp = (expectation: string) => check({ env: undefined, tcp: '{ host: "127.0.0.1", port: 1 }', expect: `['${expectation}']` })
const refused = 'facts.problem.code == "connection-refused"'

async function validated(files: Readonly<Record<string, string>>, waivers?: number) {
  const { definitions } = await loadDefinitions([{ folder: await folderOf(files), label: 'checks' }], probeRegistry, collectorRegistry)
  return { packs: definitions!.packs, runbooks: 2, waivers }
}

const guard = '`facts.problem.code == "none"` was put before the expectations of'

describe('what validate says', () => {
  it('names the few checks of a pack that were given a guard', async () => {
    const all = await validated({ 'demo/a.yaml': file({ open: tcp('facts.open'), set: check(), shut: tcp(refused), 'shut-too': tcp('!facts.open') }), 'other/a.yaml': file({ set: check() }) }, 0)
    expect(validateText(all)).toBe(`valid: 5 checks in 2 packs (demo, other), 2 runbooks, 0 waivers\ndemo: ${guard} 2 of 4 checks (demo/a/open, demo/a/shut-too)\n`)
  })

  it('counts them where there are many', async () => {
    const checks = Object.fromEntries(Array.from({ length: 6 }, (_none, index) => [`open-${index}`, tcp('facts.open')]))
    expect(validateText(await validated({ 'demo/a.yaml': file(checks) }))).toBe(`valid: 6 checks in 1 packs (demo), 2 runbooks\ndemo: ${guard} 6 of 6 checks (--format json names them)\n`)
  })

  it('tells programs of each check', async () => {
    const all = await validated({ 'demo/a.yaml': file({ open: tcp('facts.open'), shut: tcp(refused) }) })
    expect(JSON.parse(validateJson(all))).toEqual({
      packs: [
        {
          system: 'demo',
          checks: [
            { id: 'demo/a/open', position: { file: 'checks/demo/a.yaml', line: 3, column: 3 }, hasAddedGuard: true },
            { id: 'demo/a/shut', position: { file: 'checks/demo/a.yaml', line: 4, column: 3 }, hasAddedGuard: false },
          ],
        },
      ],
      runbooks: 2,
      waivers: null,
    })
  })
})
