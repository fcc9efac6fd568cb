import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { startLimitedPeer, type LimitedPeer } from '../../peers/limited-peer.js'
import { folderOf, preflight, startProgram } from './preflight.js'

let peer: LimitedPeer | undefined
afterEach(async () => peer?.stop())

const newState = (): string => mkdtempSync(join(tmpdir(), 'preflight-state-'))

const check = (name: string, more = ''): string => `
  ${name}:
    title: ${name} answers
    severity: critical
    class: dependency
    http: { url: "\${{ inputs.api_url }}/${name}" }
    expect: [{ that: facts.status == 200 }]
    timeout: 2s
    ${more}
    fix: start it`

const pack = (budget: string, checks: readonly string[]): string => `
stage: runtime
inputs:
  api_url: { type: string, description: where it is }
peers:
  api: { address: "\${{ inputs.api_url }}", ${budget} }
checks:${checks.join('')}
`

interface RunRequest {
  readonly state: string
  readonly text: string
  readonly args?: readonly string[]
}

const argsOf = ({ state, args = [] }: Omit<RunRequest, 'text'>, url: string): readonly string[] => [
  ...['run', '--no-builtin', '--checks', 'packs', '--no-keep', '--format', 'json', '--state', state],
  ...['--input', `api_url=${url}`, ...args],
]

async function run({ text, ...request }: RunRequest) {
  const cwd = folderOf({ 'packs/site/a.yaml': text })
  const ended = await preflight(argsOf(request, peer?.url ?? ''), { cwd })
  return { ...ended, document: JSON.parse(ended.stdout) as ResultDocument }
}

const statuses = ({ checks }: ResultDocument): readonly string[] => checks.map(({ status }) => status)
const runbook = `
title: asks
target: spared peers
parameters:
  url: { type: string, description: where it is }
steps:
  - id: first
    title: it answers
    http: { method: GET, url: "\${{ params.url }}/first" }
    effect: read
    timeout: 1s
  - id: second
    title: a probe sees it
    probe: { http: { url: "\${{ params.url }}/second" } }
    expect: [{ that: facts.status == 200 }]
    timeout: 1s
  - id: third
    title: it answers to a check
    check: { select: [site/a/one] }
`
const names = ['one', 'two', 'three', 'four', 'five', 'six']

describe('an address with a budget', () => {
  it('never says 429 of our own making: three runs in a row, in processes of their own, and five rounds of sampling', async () => {
    peer = await startLimitedPeer(10, 5000)
    const state = newState()
    const text = pack(
      'requests: 8, per: 5s',
      names.map((name) => check(name)),
    )
    const cwd = folderOf({ 'packs/site/a.yaml': text })
    for (let round = 0; round < 3; round += 1) {
      const { exitCode } = await startProgram(argsOf({ state }, peer.url), { cwd })
      expect(exitCode).toBe(0)
    }
    const sampled = pack('requests: 8, per: 5s', [check('one', 'sample: { times: 5, every: 1ms }')])
    expect(await run({ state, text: sampled })).toMatchObject({ exitCode: 0 })
    expect(peer.answered()).toBe(3 * names.length + 5)
    expect(peer.throttled()).toBe(0)
  }, 120_000)

  it('counts what two processes ask at a time', async () => {
    peer = await startLimitedPeer(5, 2000)
    const state = newState()
    const cwd = folderOf({
      'packs/site/a.yaml': pack(
        'requests: 4, per: 2s',
        names.map((name) => check(name)),
      ),
    })
    const args = argsOf({ state }, peer.url)
    const ended = await Promise.all([startProgram(args, { cwd }), startProgram(args, { cwd })])
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(peer.throttled()).toBe(0)
  }, 60_000)

  it('makes the stand-in say 429 without one', async () => {
    peer = await startLimitedPeer(5, 60_000)
    const text = pack(
      'requests: 1000, per: 1h',
      names.map((name) => check(name)),
    )
    const { document, exitCode } = await run({ state: newState(), text })
    expect(exitCode).toBe(4)
    expect(peer.throttled()).toBe(1)
    expect(statuses(document).filter((status) => status === 'error')).toHaveLength(1)
  })

  it('is an error and not a failure when somebody else has spent it', async () => {
    peer = await startLimitedPeer(10, 60_000)
    peer.exhaust()
    const text = pack(
      'requests: 8, per: 1m',
      names.slice(0, 3).map((name) => check(name)),
    )
    const { document, exitCode } = await run({ state: newState(), text })
    expect(exitCode).toBe(4)
    expect(statuses(document)).toEqual(['error', 'error', 'error'])
    for (const { message } of document.checks) expect(message).toMatch(/^throttled: the peer answers 429/)
    expect(document.counts).toMatchObject({ fail: 0, error: 3 })
  })

  it('is waited for beside the time limit of an attempt, and beside what its facts say of the duration', async () => {
    peer = await startLimitedPeer(1, 1400)
    const text = pack('requests: 1, per: 1500ms', [check('one', 'sample: { times: 3, every: 1ms }')])
    // Three observations may take 1.2 s in all, and the budget is waited for twice.
    const short = text.replace('timeout: 2s', 'timeout: 400ms')
    const { document, exitCode } = await run({ state: newState(), text: short })
    expect(exitCode).toBe(0)
    expect(peer.answered()).toBe(3)
    expect(peer.throttled()).toBe(0)
    const { samples } = document.checks[0]!.facts as {
      samples: { most: { elapsedMs: number; firstByteMs: number } }
    }
    expect(samples.most.elapsedMs).toBeLessThan(1500)
    expect(samples.most.firstByteMs).toBeLessThan(1500)
  }, 30_000)

  it("is a timeout that says so when the run's deadline comes first", async () => {
    peer = await startLimitedPeer(10, 1000)
    const text = pack('requests: 1, per: 1h', [check('one'), check('two')])
    const { document, exitCode } = await run({ state: newState(), text, args: ['--deadline', '2s'] })
    expect(exitCode).toBe(4)
    expect(statuses(document).toSorted()).toEqual(['pass', 'timeout'])
    const { message } = document.checks.find(({ status }) => status === 'timeout')!
    expect(message).toContain("the run's deadline passed while this waited for the budget of api")
    expect(peer.answered()).toBe(1)
  }, 30_000)

  it('is left at an interruption', async () => {
    peer = await startLimitedPeer(10, 1000)
    const cwd = folderOf({ 'packs/site/a.yaml': pack('requests: 1, per: 1h', [check('one'), check('two')]) })
    const started = startProgram([...argsOf({ state: newState() }, peer.url), '--plain'], { cwd })
    await started.said("waits for api's budget, ")
    started.child.kill('SIGINT')
    expect((await started).exitCode).toBe(130)
    expect(peer.answered()).toBe(1)
  }, 30_000)

  it('counts as spent, and says so, when its record cannot be read', async () => {
    peer = await startLimitedPeer(1, 1400)
    const state = newState()
    const text = pack('requests: 1, per: 1500ms', [check('one')])
    expect((await run({ state, text })).document.notices ?? []).toEqual([])
    const folder = join(state, 'peers')
    const [record = ''] = readdirSync(folder)
    expect(JSON.parse(readFileSync(join(folder, record), 'utf8'))).toMatchObject({ requests: [{}] })
    writeFileSync(join(folder, record), '{')
    const { document, exitCode } = await run({ state, text })
    expect(exitCode).toBe(0)
    expect(document.notices).toEqual([expect.stringMatching(/so its budget counts as spent: .* cannot be read/)])
    expect((await run({ state, text })).document.notices ?? []).toEqual([])
    expect(peer.throttled()).toBe(0)
  }, 30_000)

  it('counts as spent, and says so, when its record cannot be kept', async () => {
    peer = await startLimitedPeer(1, 1400)
    const state = join(newState(), 'a-file')
    writeFileSync(state, '')
    const text = pack('requests: 1, per: 1500ms', [check('one')])
    for (let round = 0; round < 2; round += 1) {
      const { document, exitCode } = await run({ state, text })
      expect(exitCode).toBe(0)
      expect(document.notices).toEqual([expect.stringContaining('so its budget counts as spent')])
    }
    expect(peer.throttled()).toBe(0)
  }, 30_000)

  it('is spared by what a runbook and a single probe ask, too', async () => {
    peer = await startLimitedPeer(1, 1400)
    const state = newState()
    const cwd = folderOf({
      'packs/site/a.yaml': pack('requests: 1, per: 1500ms', [check('one')]),
      'books/site/ask.yaml': runbook,
    })
    const given = ['--no-builtin', '--checks', 'packs', '--input', `api_url=${peer.url}`]
    const go = ['runbook', 'run', 'site/ask', '--runbooks', 'books', ...given, '--param', `url=${peer.url}`]
    const ended = await preflight([...go, '--state', state], { cwd })
    expect(ended.stderr).toContain("waits for api's budget, ")
    expect(ended.exitCode).toBe(0)
    // Without --state, a probe counts in the state folder of its user.
    const environment = { XDG_STATE_HOME: newState() }
    const probe = () => preflight(['probe', 'http', `url=${peer?.url}/probe`, ...given], { cwd, environment })
    peer.forget()
    expect((await probe()).exitCode).toBe(0)
    expect((await probe()).stderr).toContain("waits for api's budget, ")
    expect(peer.answered()).toBe(5)
    expect(peer.throttled()).toBe(0)
  }, 60_000)

  it('is in the plan and in the explanation of its checks', async () => {
    const cwd = folderOf({ 'packs/site/a.yaml': pack('requests: 8, per: 60s', [check('one')]) })
    const given = ['--no-builtin', '--checks', 'packs', '--input', 'api_url=http://api.internal']
    const plan = await preflight(['plan', ...given], { cwd })
    expect(plan.stdout).toMatch(/Requests are spaced\n\s+api \(api\.internal:80\): at most 8 requests in 1m\n/)
    const json = await preflight(['plan', ...given, '--format', 'json'], { cwd })
    expect(JSON.parse(json.stdout)).toMatchObject({
      peers: [{ name: 'api', address: 'api.internal:80', requests: 8, perMs: 60_000 }],
    })
    const explained = await preflight(['explain', 'site/a/one', '--no-builtin', '--checks', 'packs'], { cwd })
    expect(explained.stdout).toContain('Requests to api are spaced: at most 8 requests in 1m.')
  })
})
