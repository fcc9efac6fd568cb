import { describe, expect, it } from 'vitest'
import { validateJson, validateText } from '../../src/cli/validate-definitions.js'
import { loadDefinitions } from '../../src/checks/load/load-definitions.js'
import { loadRunbooks } from '../../src/runbooks/load/used-kinds.js'
import { collectorRegistry, probeRegistry } from '../../src/engine/folder-registry.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { check, file, folderOf } from '../checks/load/support/packs.js'

const tcp = (expectation: string) =>
  check({ env: undefined, tcp: '{ host: "127.0.0.1", port: 1 }', expect: `['${expectation}']` })
const refused = 'facts.problem.code == "connection-refused"'

const book = `title: book
steps:
  - id: stop
    run: ['true']
    effect: once
    verify: { wait: { tcp: { host: 127.0.0.1, port: 1 } }, expect: ['facts.problem.code == "connection-refused"'] }
    undo: { run: ['true'], verify: { wait: { tcp: { host: 127.0.0.1, port: 1 } }, expect: [facts.open] } }
  - id: how
    choose: { by: hand, options: { hand: { steps: [{ id: write, sql: { database: 'postgresql://a@127.0.0.1:1/a', statements: [{ text: SELECT 1 }] }, effect: read }] }, not: { steps: [{ id: x, run: ['true'], effect: read }] } } }
`

async function validated(files: Readonly<Record<string, string>>, waivers?: number) {
  const { definitions } = await loadDefinitions(
    [{ folder: await folderOf(files), label: 'checks' }],
    probeRegistry,
    collectorRegistry,
  )
  const { runbooks } = await loadRunbooks(
    [{ folder: await folderOf({ 'demo/book.yaml': book }), label: 'books' }],
    actionRegistry,
    probeRegistry,
  )
  return { packs: definitions!.packs, runbooks: [...runbooks!.values()], alerts: [], waivers }
}

const guard = '`facts.problem.code == "none"` was added before the expectations of'
const stepsLine = `runbooks: ${guard} 2 steps (demo/book stop undo verify, demo/book how/hand/write)\n`

describe('what validate says', () => {
  it('names the few checks of a pack that were given a guard', async () => {
    const all = await validated(
      {
        'demo/a.yaml': file({
          open: tcp('facts.open'),
          set: check(),
          shut: tcp(refused),
          'shut-too': tcp('!facts.open'),
        }),
        'other/a.yaml': file({ set: check() }),
      },
      0,
    )
    expect(validateText(all)).toBe(
      `valid: 5 checks in 2 packs (demo, other), 1 runbook, 0 waivers\ndemo: ${guard} 2 of 4 checks (demo/a/open, demo/a/shut-too)\n${stepsLine}`,
    )
  })

  it('counts them where there are many', async () => {
    const checks = Object.fromEntries(Array.from({ length: 6 }, (_none, index) => [`open-${index}`, tcp('facts.open')]))
    expect(validateText(await validated({ 'demo/a.yaml': file(checks) }))).toBe(
      `valid: 6 checks in 1 pack (demo), 1 runbook\ndemo: ${guard} 6 of 6 checks (--format json lists them)\n${stepsLine}`,
    )
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
      runbooks: [
        {
          id: 'demo/book',
          position: { file: 'books/demo/book.yaml', line: 1, column: 1 },
          addedGuards: ['stop undo verify', 'how/hand/write'],
        },
      ],
      alerts: [],
      waivers: null,
    })
  })
})
