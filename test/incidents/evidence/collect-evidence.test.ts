import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { collectEvidence, type CollectedEvidence } from '../../../src/incidents/evidence/collect-evidence.js'
import { readGround, scopesOf, type Ground } from '../../../src/checks/ground.js'
import { readConfiguration } from '../../../src/checks/settings.js'
import { startHttpPeer, type HttpPeer } from '../../peers/http-peer.js'
import { silent, startRawPeer, type RawPeer } from '../../peers/raw-peer.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-evidence-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const peers: (HttpPeer | RawPeer)[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

const aCheck =
  'stage: config\nchecks:\n  one: { title: t, severity: high, class: config, env: { name: A }, expect: [{ that: facts.set }], fix: f }\n'

/** What is known of a deployment with these packs and this deployment file. */
async function groundOf(
  packs: Readonly<Record<string, string>>,
  configuration: object = {},
  environment = '',
): Promise<Ground> {
  const place = mkdtempSync(join(folder, 'one-'))
  for (const [path, content] of Object.entries(packs)) {
    mkdirSync(join(place, 'checks', path, '..'), { recursive: true })
    writeFileSync(join(place, 'checks', path), content)
  }
  writeFileSync(join(place, 'preflight.yaml'), JSON.stringify({ checks: ['checks'], ...configuration }))
  writeFileSync(join(place, 'env'), environment)
  const options = {
    checks: [],
    noBuiltin: true,
    config: join(place, 'preflight.yaml'),
    environment: { files: [join(place, 'env')], pid: undefined, inherit: false },
    inputs: [],
  }
  return readGround(options, await readConfiguration(options), () => undefined)
}

async function collected(
  ground: Ground,
  over: Partial<Parameters<typeof collectEvidence>[0]> = {},
): Promise<readonly CollectedEvidence[]> {
  return collectEvidence({
    ground,
    scopes: scopesOf(ground, 'prod'),
    systems: new Set(ground.definitions.packs.map(({ system }) => system)),
    budget: 20_000,
    signal: new AbortController().signal,
    ...over,
  })
}

/** Without the machine, which is always there. */
const named = (all: readonly CollectedEvidence[]) =>
  Object.fromEntries(all.filter(({ name }) => name !== 'deployment-machine').map((one) => [one.name, one]))

describe('what is gathered', () => {
  it('is the machine, what the packs of these systems name, and what the deployment names, in this order', async () => {
    const page = await startHttpPeer((_request, response) => response.end('{"status":"degraded"}'))
    peers.push(page)
    const log = join(folder, 'Bus.log')
    writeFileSync(log, 'started\n')
    const ground = await groundOf(
      {
        'bus/a.yaml': `${aCheck}inputs:\n  url: { type: url, description: d, default: "${page.url}" }\nevidence:\n  status: { title: its status, page: { url: "\${{ inputs.url }}/status" } }\n`,
        'other/a.yaml': `${aCheck}evidence:\n  status: { title: not selected, page: { url: "${page.url}" } }\n`,
      },
      {
        incident: {
          logs: [log],
          commands: [
            { name: 'kernel', run: ['uname'] },
            { name: 'here', run: ['pwd'] },
          ],
        },
      },
    )
    const lines: string[] = []
    const all = await collected(ground, { systems: new Set(['bus']), onProgress: (line) => lines.push(line) })
    expect(
      all.map(({ name, system, kind, title, state, message }) => [name, system, kind, title, state, message]),
    ).toEqual([
      ['deployment-machine', 'deployment', 'system', 'disk, memory and load of this machine', 'gathered', ''],
      ['bus-status', 'bus', 'page', 'its status', 'gathered', ''],
      ['deployment-log-bus-log', 'deployment', 'log', `the end of ${log}`, 'gathered', ''],
      [
        'deployment-command-kernel',
        'deployment',
        'program',
        'the command kernel of the deployment file',
        'gathered',
        '',
      ],
      ['deployment-command-here', 'deployment', 'program', 'the command here of the deployment file', 'gathered', ''],
    ])
    expect(all[0]!.gathered).toMatchObject({
      value: { [`fileSystem of ${folder}`]: { totalBytes: expect.any(Number) as number } },
    })
    expect(all[1]!.gathered).toMatchObject({
      form: 'json',
      value: { url: `${page.url}/status`, body: { status: 'degraded' } },
    })
    expect(all[2]!.gathered).toEqual({ form: 'text', text: 'started\n', omitted: '' })
    expect(all[3]!.gathered).toMatchObject({ value: { stdout: 'Linux\n', exitCode: 0 } })
    const { folder: ran, stdout } = (
      all[4]!.gathered as { readonly value: { readonly folder: string; readonly stdout: string } }
    ).value
    expect(stdout).toBe(`${ran}\n`)
    expect(ran.startsWith(join(folder, 'one-'))).toBe(true)
    expect(all.every(({ durationMs }) => durationMs >= 0)).toBe(true)
    expect(lines).toHaveLength(5)
    expect(lines.at(-1)).toMatch(/^evidence 5 of 5: /)
  })

  it('has names that no other has, though system and name together may read alike', async () => {
    const one = (name: string) => `${aCheck}evidence:\n  ${name}: { title: t, log: { path: /nowhere } }\n`
    const ground = await groundOf(
      { 'a-b/x.yaml': one('c'), 'a/x.yaml': one('b-c'), 'deployment/x.yaml': one('machine') },
      { incident: { logs: ['/x/a.log', '/y/a.log', '/y/A_LOG'] } },
    )
    const names = (await collected(ground)).map(({ name }) => name)
    expect(names).toEqual([
      'deployment-machine',
      'a-b-c',
      'a-b-c-2',
      'deployment-machine-2',
      'deployment-log-a-log',
      'deployment-log-a-log-2',
      'deployment-log-a-log-3',
    ])
  })
})

describe('what cannot be gathered is evidence, and costs the others nothing', () => {
  it('without an input, a variable, a correct one, or a server', async () => {
    const ground = await groundOf(
      {
        'bus/a.yaml': `${aCheck}variables: { PORT: { reads: [python-int], exposure: public }, HOST: { exposure: public } }
inputs:
  url: { type: url, description: required, secret: true }
evidence:
  input: { title: t, page: { url: "\${{ inputs.url }}" } }
  variable: { title: t, page: { url: "http://127.0.0.1:\${{ vars.PORT }}" } }
  raw: { title: t, redis-info: { url: "\${{ env.CANARY }}" } }
  type: { title: t, log: { path: "\${{ env.CANARY_TEXT }}", lines: "\${{ int(vars.HOST) }}" } }
  range: { title: t, log: { path: a, lines: "\${{ 1 - 1 }}" } }
  server: { title: t, redis-info: { url: "redis://:canary-password@127.0.0.1:1/0" } }
  unknown: { title: t, when: vars.PORT > 5, log: { path: a } }
  no: { title: t, when: has(env.NOWHERE) && vars.HOST == "x", log: { path: a } }
  not: { title: t, when: vars.HOST == "x", log: { path: a } }
  works: { title: t, system: {} }
`,
      },
      {},
      'CANARY_TEXT=canary-value\nHOST=canary-host\n',
    )
    const all = named(await collected(ground))
    expect(
      Object.fromEntries(Object.entries(all).map(([name, { state, message }]) => [name, `${state}: ${message}`])),
    ).toEqual({
      'bus-input': expect.stringMatching(/^failed: its input cannot be used: .*inputs\.url.*required/) as string,
      'bus-variable': expect.stringMatching(/^failed: its input cannot be used: .*vars\.PORT/) as string,
      'bus-raw': expect.stringMatching(/^failed: its input cannot be used: .*env\.CANARY/) as string,
      'bus-type': expect.stringMatching(/^failed: its input cannot be used: /) as string,
      'bus-range': expect.stringMatching(/^failed: its input cannot be used: lines: /) as string,
      'bus-server': expect.stringMatching(/^failed: connection-refused/) as string,
      'bus-unknown': expect.stringMatching(/^failed: its condition is unknown: .*vars\.PORT/) as string,
      'bus-no':
        'not-applicable: its condition is false: has(env.NOWHERE) && vars.HOST == "x" (vars.HOST is "canary-host")',
      'bus-not': 'not-applicable: its condition is false: vars.HOST == "x" (vars.HOST is "canary-host")',
      'bus-works': 'gathered: ',
    })
    expect(JSON.stringify(Object.values(all).filter(({ state }) => state === 'failed'))).not.toMatch(
      /canary-(?:value|password|host)/,
    )
    expect(all['bus-input']!.gathered).toBeUndefined()
  })

  it('without a scope', async () => {
    const ground = await groundOf({
      'bus/a.yaml': `${aCheck}evidence:\n  a: { title: t, when: profile == "prod", system: {} }\n  b: { title: t, system: {} }\n`,
    })
    expect(Object.values(named(await collected(ground, { scopes: new Map() }))).map(({ state }) => state)).toEqual([
      'failed',
      'failed',
    ])
  })

  it('without time: each at its own limit, all at the end of the budget', async () => {
    const peer = await startRawPeer(silent)
    peers.push(peer)
    const stalled = (index: number) => `  s${index}: { title: t, page: { url: "http://127.0.0.1:${peer.port}/" } }\n`
    const ground = await groundOf({
      'bus/a.yaml': `${aCheck}evidence:\n  own: { title: t, timeout: 50ms, page: { url: "http://127.0.0.1:${peer.port}/" } }\n${[1, 2, 3, 4, 5, 6].map(stalled).join('')}`,
    })
    const all = named(await collected(ground, { budget: 2000 }))
    expect(all['bus-own']).toMatchObject({ state: 'timed-out', message: 'it took longer than 50ms' })
    const messages = [1, 2, 3, 4, 5, 6].map(
      (index) => `${all[`bus-s${index}`]!.state}: ${all[`bus-s${index}`]!.message}`,
    )
    expect(new Set(messages)).toEqual(
      new Set([
        'timed-out: the time limit for gathering passed',
        'timed-out: never started: the time limit for gathering had passed',
      ]),
    )
    await peer.released()
  })

  it('because the operator interrupts', async () => {
    const operator = new AbortController()
    const peer = await startRawPeer(() => operator.abort())
    peers.push(peer)
    const stalled = (index: number) => `  s${index}: { title: t, page: { url: "http://127.0.0.1:${peer.port}/" } }\n`
    const ground = await groundOf({ 'bus/a.yaml': `${aCheck}evidence:\n${[1, 2, 3, 4, 5, 6].map(stalled).join('')}` })
    const all = Object.values(named(await collected(ground, { signal: operator.signal })))
    expect(all.map(({ state }) => state)).toEqual(Array(6).fill('cancelled'))
    expect(new Set(all.map(({ message }) => message))).toEqual(
      new Set(['it was interrupted', 'never started: it was interrupted']),
    )
    expect((await collected(ground, { signal: AbortSignal.abort() })).map(({ state }) => state)).toEqual(
      Array(7).fill('cancelled'),
    )
  })
})
