import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CaseWorkbench } from '../../../src/checks/self-test/self-test-report.js'
import { Deadline } from '../../../src/base/time/deadline.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { factTypeOf } from '../../../src/base/facts.js'
import type { Outcome } from '../../../src/checks/check-event.js'
import type { Probe, Surroundings } from '../../../src/engine/probe.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { judge } from '../../../src/engine/judge.js'
import { runPlan } from '../../../src/checks/run/scheduler.js'
import { serveNats } from '../../../src/checks/probes/peers/nats-peer.js'
import { calls, negatedPack, type NegatedCheck, type StrangerInputs } from './negated-pack.js'
import { codesOf } from './negations.js'
import { kindsWithoutPeer, pages, strangers, type Stranger, type StrangerName } from './stranger.js'

/** Kinds that find no problem at a stranger: they look no further than what it answers. */
const observed: Readonly<Record<StrangerName | 'a name that no host has', readonly string[]>> = {
  'a server that answers 200 {"ok":1} to everything': ['http', 'tcp'],
  'a server that answers a login page': ['http', 'tcp'],
  'a server that accepts and says nothing': ['tcp'],
  'a program that prints OK and ends with 0': ['command'],
  'a program that prints nothing and ends with 0': ['command'],
  'no program and no server': [],
  'a name that no host has': [],
}

/**
 * Milliseconds after which silence is believed: where an answer must come it is waited for, and elsewhere the less the
 * better.
 */
const patience = { answering: 60_000, silent: 3000 }

const kinds = probeRegistry.names().filter((kind) => !kindsWithoutPeer.has(kind))
let folder: string
let checks: readonly NegatedCheck[]
let workbench: CaseWorkbench
let natsPort: number
let host: Stranger

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-negated-'))
  checks = await negatedPack(folder, kinds)
  workbench = await CaseWorkbench.create()
  natsPort = (await serveNats(workbench)).port
  host = await pages(folder, (_request, response) => response.end('{}'))
})
afterAll(async () => {
  await Promise.all([workbench.clear(), host.stop()])
  rmSync(folder, { recursive: true, force: true })
})

/** A probe that looks once for all checks: they differ in what they expect, and not in what is there. */
async function lookingOnce(kind: string): Promise<[string, Probe]> {
  const probe = await probeRegistry.load(kind)
  let seen: ReturnType<Probe['observe']> | undefined
  return [kind, { ...probe, observe: (input, context) => (seen ??= probe.observe(input, context)) }]
}

const around = (inputs: StrangerInputs): Surroundings => ({
  scope: { vars: {}, env: {}, inputs: { ...inputs }, profile: 'prod' },
  environment: TestedEnvironment.of({}),
  variables: {},
  secretInputs: new Set(),
  knownSecretsFile: undefined,
})

interface Seen extends NegatedCheck {
  readonly outcome: Outcome
  readonly code: string | undefined
}

/** Lets each kind look, and only then judges all checks by what was seen: that takes all there is of the processor. */
async function seenOf(inputs: StrangerInputs, answering: readonly string[]): Promise<readonly Seen[]> {
  const probes = new Map(await Promise.all(kinds.map(lookingOnce)))
  const run = async (some: readonly NegatedCheck[], timeoutCap: number) => {
    const planned = some.map(({ definition }) => ({ definition, needs: [] }))
    const plan = {
      profile: 'prod',
      request: { selectors: [], given: [], stages: [], skip: [], phase: 'all' as const, profile: 'prod' },
      checks: planned,
      declared: planned.length,
      deselected: [],
      skipped: [],
    }
    const { outcomes } = await runPlan({
      plan,
      probes,
      surroundings: () => around(inputs),
      concurrency: 64,
      deadline: Deadline.after(120_000),
      timeoutCap,
      failFast: false,
      signal: new AbortController().signal,
    })
    return outcomes
  }
  const first = kinds.map((kind) => checks.find((check) => check.kind === kind)!)
  const isAnswering = ({ kind }: NegatedCheck) => answering.includes(kind)
  await Promise.all([
    run(first.filter(isAnswering), patience.answering),
    run(
      first.filter((check) => !isAnswering(check)),
      patience.silent,
    ),
  ])
  const outcomes = await run(checks, patience.answering)
  expect(outcomes).toHaveLength(checks.length)
  return checks.map((check, index) => ({
    ...check,
    outcome: outcomes[index]!,
    code: (outcomes[index]!.facts['problem'] as { readonly code: string } | undefined)?.code,
  }))
}

it('knows how each kind that talks to something comes to a stranger', () => {
  expect(Object.keys(calls).sort()).toEqual(kinds)
  for (const kind of kinds) expect(checks.filter((check) => check.kind === kind).length, kind).toBeGreaterThan(40)
})

it.each(kinds)('%s can find a problem', async (kind) => {
  expect(codesOf(factTypeOf((await probeRegistry.load(kind)).facts)).length).toBeGreaterThan(2)
})

const appearances: readonly (readonly [
  name: keyof typeof observed,
  appear: () => Promise<Stranger & { readonly host?: string }>,
])[] = [
  ...strangers.map(([name, , appear]) => [name, () => appear(folder)] as const),
  [
    'a name that no host has',
    async () => ({
      port: 9,
      host: 'no-such-host.invalid',
      program: join(folder, 'no-such-program'),
      stop: async () => undefined,
    }),
  ],
]

describe.each(appearances)('%s', (name, appear) => {
  let seen: readonly Seen[]
  beforeAll(async () => {
    const stranger = await appear()
    const at = `${stranger.host ?? '127.0.0.1'}:${stranger.port}`
    const alone = { place: at, page: `http://${at}/`, nats: at, program: stranger.program, tls: false }
    const behindAnother = { ...alone, page: `http://127.0.0.1:${host.port}/`, nats: `127.0.0.1:${natsPort}` }
    const encrypted = { ...behindAnother, tls: true }
    try {
      // Where the stranger is asked for TLS, or is another's neighbour, a kind may find a problem that it does not find
      // alone.
      seen = (
        await Promise.all([
          seenOf(alone, observed[name]),
          seenOf(behindAnother, observed[name]),
          seenOf(encrypted, observed[name]),
        ])
      ).flat()
    } finally {
      await stranger.stop()
    }
  })

  it('passes no negation beside a problem that it does not name', () => {
    const passed = seen.filter(
      ({ outcome, code, negation }) =>
        outcome.status === 'pass' && code !== 'none' && !negation.named.includes(code ?? ''),
    )
    expect(passed.map(({ kind, negation, code }) => `${kind}: ${negation.that} beside ${code}`)).toEqual([])
  })

  it('would pass some of them if it were not for the guard', () => {
    const beside = seen.filter(({ code }) => code !== undefined && code !== 'none')
    const unguarded = beside.filter(
      ({ definition, outcome }) =>
        definition.hasAddedGuard &&
        judge(definition.expect.slice(1), outcome.facts, {
          scope: around({ place: '', page: '', nats: '', program: '', tls: false }).scope,
          visibility: undefined,
        }).status === 'pass',
    )
    expect(unguarded.length).toBeGreaterThan(0)
    expect([...new Set(unguarded.map(({ kind }) => kind))].sort()).toEqual(
      [...new Set(beside.map(({ kind }) => kind))].sort(),
    )
  })

  it('is seen to the bottom by no kind but those that look no further', () => {
    const passed = seen.filter(({ outcome, code }) => outcome.status === 'pass' && code === 'none')
    expect([...new Set(passed.map(({ kind }) => kind))].sort()).toEqual(observed[name])
  })
})
