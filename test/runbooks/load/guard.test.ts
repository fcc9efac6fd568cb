import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import type { Operation } from '../../../src/runbooks/definition/runbook-definition.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

/** The one step of a runbook. */
async function stepOf(step: object): Promise<Operation> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-guard-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'demo'))
  writeFileSync(
    join(folder, 'demo/one.yaml'),
    JSON.stringify({
      title: 'one',
      parameters: { word: { type: 'string', description: 'a word', default: 'a' } },
      steps: [{ id: 'one', ...step }],
    }),
  )
  const { runbooks, diagnostics } = await loadRunbooks([{ folder, label: 'books' }], actionRegistry, probeRegistry)
  expect(diagnostics).toEqual([])
  return runbooks!.get('demo/one')!.steps[0]!
}

const tcp = { wait: { tcp: { host: '127.0.0.1', port: 1 } } }
const redis = { redis: { url: 'redis://127.0.0.1:1/0', commands: [['GET', 'a']] }, effect: 'read' }
const sql = { sql: { database: 'postgresql://a@127.0.0.1:1/a', statements: [{ text: 'SELECT 1' }] }, effect: 'read' }
const guard = 'facts.problem.code == "none"'

describe('the guard of a step', () => {
  it.each([
    ['a wait for what is not there', { ...tcp, expect: ['!facts.open'] }],
    ['a wait that compares with a parameter', { ...tcp, expect: ['facts.remoteAddress != params.word'] }],
    ['a wait that says so itself', { ...tcp, expect: [guard, 'facts.open'] }],
    ['an action whose answer is judged', { ...redis, expect: ['facts.reply == ""'] }],
    [
      'an action whose author names a code beside anything',
      { ...redis, expect: ['facts.problem.code == "no-permission" || facts.reply == ""'] },
    ],
    ['an action that expects nothing of its own', redis],
    ['a transaction that expects nothing of its own', sql],
  ])('is there for %s', async (_name, step) => {
    const { guard: found, expect: written } = await stepOf(step)
    expect(found?.that.source).toBe(guard)
    expect(found?.message?.resolve({ facts: { problem: { code: 'c', detail: 'd' }, reached: 'r' } })).toMatch(
      /^c( after r)?: d$/,
    )
    expect(written.map(({ that }) => that.source)).toEqual('expect' in step ? step.expect : [expect.any(String)])
  })

  it.each([
    ['a wait for a closed port', { ...tcp, expect: ['facts.problem.code == "connection-refused"'] }],
    [
      'a wait that refuses every problem by itself',
      { ...tcp, expect: [`${guard} && facts.remoteAddress == params.word`] },
    ],
    ['an action that expects a refusal of its peer', { ...redis, expect: ['facts.problem.code == "no-permission"'] }],
    ['a program, which meets none', { run: ['true'], effect: 'read' }],
  ])('is not there for %s', async (_name, step) => {
    expect((await stepOf(step)).guard).toBeUndefined()
  })
})

it('a runbook that asks how far a login comes takes every problem of it for an answer', async () => {
  const { runbooks } = await loadRunbooks(
    [{ folder: join(import.meta.dirname, '../../../runbooks'), label: 'runbooks' }],
    actionRegistry,
    probeRegistry,
  )
  const [rung] = runbooks!.get('arqonbus/troubleshoot-redis')!.steps
  const codes = (await probeRegistry.load('redis')).facts.shape['problem'] as unknown as {
    readonly shape: { readonly code: { readonly options: readonly string[] } }
  }
  expect(rung!.guard).toBeUndefined()
  const scope = (code: string) => ({ facts: { problem: { code } }, params: {}, outputs: {}, run: {} })
  const ofWhatIsRead = ['read-refused', 'answer-too-large']
  expect(codes.shape.code.options.filter((code) => rung!.expect[0]!.that.evaluate(scope(code)) !== true)).toEqual(
    ofWhatIsRead,
  )
})
