import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

async function problemsOf(...steps: readonly object[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-waited-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'demo'))
  const parameters = { name: { type: 'string', description: 'a name', default: 'PW' } }
  writeFileSync(
    join(folder, 'demo/one.yaml'),
    JSON.stringify({ title: 'one', parameters, steps: steps.map((step, index) => ({ id: `s${index}`, ...step })) }),
  )
  const { diagnostics } = await loadRunbooks([{ folder, label: 'books' }], actionRegistry, probeRegistry)
  return diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

const wait = { wait: { env: { name: 'PW' } } }
const refusal =
  /^concealed-fact: facts\.\w+ has no value here: a runbook declares no variables, .*expect facts\.set, or judge the value with a step of kind check/

describe('a wait for a variable may not read what it is never shown', () => {
  it.each([
    'facts.value != "true"',
    '!facts.bool',
    'facts.int <= 10',
    'facts.number < 1.0',
    '!facts.hasPassword',
    'size(facts.remoteHosts) == 0',
  ])('%s', async (text) => {
    expect(await problemsOf({ ...wait, expect: [`facts.set && ${text}`] })).toEqual([expect.stringMatching(refusal)])
    expect(
      await problemsOf({ run: ['true'], effect: 'idempotent', verify: { ...wait, expect: [`facts.set && ${text}`] } }),
    ).toEqual([expect.stringMatching(refusal)])
  })

  it('in a message and an output, and of several names', async () => {
    expect(await problemsOf({ ...wait, expect: [{ that: 'facts.set', message: 'it is ${{ facts.value }}' }] })).toEqual(
      [expect.stringMatching(refusal)],
    )
    expect(
      await problemsOf({
        ...wait,
        expect: ['facts.set'],
        capture: { found: { type: 'string', value: 'facts.value' } },
      }),
    ).toEqual([expect.stringMatching(refusal)])
    expect(await problemsOf({ wait: { env: { every: ['PW', 'OTHER'] } }, expect: ['facts.value == ""'] })).toEqual([
      expect.stringMatching(refusal),
    ])
  })

  it('and may read whether it is set', async () => {
    expect(
      await problemsOf(
        { ...wait, expect: ['facts.set && !facts.empty && facts.valid'] },
        { wait: { env: { name: '${{ params.name }}' } }, expect: ['facts.set'] },
      ),
    ).toEqual([])
  })
})
