import { createServer, type Server } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { practise } from '../../../src/runbooks/practice/practice.js'
import { prepareRunbook } from '../../../src/runbooks/prepare/prepare-runbook.js'
import { startRun } from '../../../src/runbooks/start-run.js'
import type { RunRecord } from '../../../src/runbooks/record/run-record.js'
import { startRawPeer, type RawPeer } from '../../peers/raw-peer.js'
import { folderOf, regionPack } from '../cli/preflight.js'
import { booksOf, quietly } from './quiet.js'
import { ending } from './real.js'

let server: Server
let silent: RawPeer
let port: number

beforeAll(async () => {
  server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  port = (server.address() as { port: number }).port
  silent = await startRawPeer(() => undefined)
})
afterAll(async () => {
  server.close()
  await silent.stop()
})

const parameters = `
  port: { type: integer, description: a port }
  note: { type: path, description: a file }
  url: { type: secret, variable: INLINE_URL, description: a server }
`

function bookOf(steps: string) {
  const folder = folderOf({
    'books/site/one.yaml': `title: one\ntarget: "\${{ params.note }}"\nparameters:${parameters}steps:\n${steps}`,
    'packs/site/a.yaml': regionPack,
    'note.txt': 'old\n',
    '.env': 'INLINE_URL=redis://ops:Vq8-Zk.w2Lx_9vTm@127.0.0.1:1/0\n',
  })
  const options = {
    ...booksOf(join(folder, 'books')),
    definitions: { checks: [join(folder, 'packs')], noBuiltin: true, config: undefined },
    id: 'site/one',
    parameters: [`port=${port}`, `note=${join(folder, 'note.txt')}`],
    environment: { files: [join(folder, '.env')], pid: undefined, inherit: false },
  }
  const state = join(folder, 'state')
  return {
    folder,
    options,
    run: (): Promise<RunRecord> => startRun({ ...options, ...quietly(state) }),
    journalOf: (record: RunRecord) => readFileSync(join(state, 'runs', record.started.run, 'journal.jsonl'), 'utf8'),
  }
}

const changing = (expected: string): string => `
  - id: change
    run: { shell: 'echo new >"$1"', arguments: ["\${{ params.note }}"] }
    effect: idempotent
    verify:
      probe: { file: { path: "\${{ params.note }}", text: true } }
      expect: ['${expected}']
`

describe('a step of kind probe', () => {
  it('observes once, and its facts can be captured', async () => {
    const record = await bookOf(`
  - id: look
    probe: { tcp: { host: 127.0.0.1, port: "\${{ params.port }}" } }
    expect: [facts.open]
    capture: { address: { type: string, value: facts.remoteAddress } }
`).run()
    expect(ending(record)).toBe('completed')
    expect(record.steps.get('look')).toMatchObject({
      facts: { open: true, reached: 'connect', problem: { code: 'none' } },
      outputs: { address: '127.0.0.1' },
      attempts: 1,
    })
  })

  it('is cut off by the time limit of the step, and says how far it came', async () => {
    const record = await bookOf(`
  - id: look
    probe: { redis: { url: "redis://127.0.0.1:${silent.port}/0" } }
    timeout: 300ms
    expect: [facts.version != ""]
`).run()
    expect(ending(record)).toMatch(/no answer within 300ms; reached: connect, next: hello/)
  })

  it('never passes on what a problem kept from being seen', async () => {
    const record = await bookOf(`
  - id: look
    probe: { redis: { url: "\${{ params.url }}" } }
    expect: [facts.version == ""]
`).run()
    expect(ending(record)).toMatch(/^failed: .*connection-refused after resolve/s)
  })

  it('cannot read a value that no pack declares public', async () => {
    const record = await bookOf(`
  - id: look
    probe: { env: { name: "\${{ 'INLINE' + '_URL' }}" } }
    expect: ['facts.set && facts.value != ""']
`).run()
    expect(ending(record)).toMatch(/facts\.value has no value: a runbook declares no variables/)
  })
})

describe('as a verification', () => {
  it('holds', async () => {
    const record = await bookOf(changing('facts.text == "new\\n"')).run()
    expect(ending(record)).toBe('completed')
    expect(record.steps.get('change')).toMatchObject({ state: 'verified' })
  })

  it('does not hold', async () => {
    const record = await bookOf(changing('facts.text == "other\\n"')).run()
    expect(record.steps.get('change')).toMatchObject({ state: 'failed', verified: 'does-not-hold' })
  })

  it('cannot tell when a problem kept the probe from observing', async () => {
    const record = await bookOf(`
  - id: change
    run: ["true"]
    effect: idempotent
    verify:
      probe: { redis: { url: "\${{ params.url }}" } }
      expect: [facts.version != ""]
`).run()
    expect(record.steps.get('change')).toMatchObject({ state: 'failed', verified: 'cannot-tell' })
  })
})

it('is in the plan with what it would ask, without the secret, and in the journal likewise', async () => {
  const book = bookOf(`
  - id: look
    probe: { redis: { url: "\${{ params.url }}" } }
    expect: [facts.version != ""]
  - id: wait
    wait: { every: 1s, http: { url: "http://127.0.0.1:\${{ string(params.port) }}/", headers: { x-token: "\${{ params.url }}" } } }
    expect: [facts.status == 200]
`)
  const { plan } = await prepareRunbook(book.options)
  expect(plan.steps.map(({ action }) => [action.lines, action.addresses])).toEqual([
    [['probe once', 'preflight probe redis url=redis://ops:[redacted]@127.0.0.1:1/0'], ['127.0.0.1:1']],
    [
      [
        'probe every 1000 ms until every expectation holds',
        `preflight probe http url=http://127.0.0.1:${port}/ 'headers={"x-token":"(secret)"}'`,
      ],
      [`http://127.0.0.1:${port}/`],
    ],
  ])
  const record = await book.run()
  expect(book.journalOf(record)).toContain('preflight probe redis')
  expect(JSON.stringify(plan) + book.journalOf(record)).not.toContain('Vq8-Zk.w2Lx_9vTm')
})

it('is replaced in practice, and answered for', async () => {
  const book = bookOf(changing('facts.text == "new\\n"'))
  const answers = join(book.folder, 'answers.yaml')
  writeFileSync(answers, 'change#verify: { outcome: failed }\n')
  const { terminal, interruption, conductor } = quietly('')
  const without = { failAt: undefined, killAt: undefined, isAsking: false, terminal, interruption, conductor }
  const { record } = await practise({ ...book.options, ...without, answers })
  expect(record.steps.get('change')).toMatchObject({ state: 'failed', verified: 'does-not-hold' })
  expect(readFileSync(join(book.folder, 'note.txt'), 'utf8')).toBe('old\n')
})
