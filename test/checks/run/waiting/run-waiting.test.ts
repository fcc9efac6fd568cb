import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Deadline } from '../../../../src/base/time/deadline.js'
import type { CheckDefinition } from '../../../../src/checks/definition.js'
import type { Waiting } from '../../../../src/checks/check-event.js'
import { wholeNumber, noProblem } from '../../../../src/base/facts.js'
import type { Probe } from '../../../../src/engine/probe.js'
import type { RunResult } from '../../../../src/checks/run/check-run-request.js'
import { runWaiting, type WaitRequest } from '../../../../src/checks/run/waiting/run-waiting.js'
import { answerProbe, climbed, definition, expectation, ladderProbe, plan, runOf, template } from '../builders.js'

const noProblemIsMet = expectation(
  'facts.problem.code == "none"',
  (facts) => (facts['problem'] as { code: string }).code === 'none',
  ['facts.problem.code'],
)
const refused = {
  reached: 'none',
  elapsedMs: 12,
  problem: { code: 'connection-refused', class: 'dependency', transient: true, detail: '' },
  clients: 0,
} as const
const wrongPassword = {
  reached: 'hello',
  elapsedMs: 12,
  problem: { ...noProblem, code: 'wrong-password', class: 'config' },
  clients: 0,
} as const

/** A check of a server that answers what its script says, one entry for each look, the last for ever. */
const server = (id: string, overrides: Partial<CheckDefinition> = {}): CheckDefinition =>
  definition({ id, probe: { kind: 'ladder', input: template(() => ({ id })) }, expect: [noProblemIsMet], ...overrides })

type Script = Readonly<Record<string, readonly unknown[]>>

function scripted(script: Script): { readonly probe: Probe; readonly looks: string[] } {
  const looks: string[] = []
  const probe = ladderProbe(({ id }) => {
    const answers = script[id] ?? [climbed]
    const answer = answers[Math.min(looks.filter((look) => look === id).length, answers.length - 1)]
    looks.push(id)
    if (answer instanceof Error) throw answer
    return answer
  })
  return { probe, looks }
}

async function waitFor(
  checks: readonly CheckDefinition[],
  script: Script,
  overrides: Partial<WaitRequest> = {},
  others: readonly Probe[] = [],
) {
  const { probe, looks } = scripted(script)
  const waits: Waiting[] = []
  const { request, events } = runOf(plan(checks), [probe, ...others], overrides)
  const result = await runWaiting({
    wait: 60_000,
    pause: 5,
    onWaiting: (waiting) => waits.push(waiting),
    ...request,
    ...overrides,
  })
  return { result, looks, waits, events }
}

const briefly = ({ outcomes }: RunResult) => Object.fromEntries(outcomes.map(({ id, status }) => [id, status]))
const countOf = (looks: readonly string[], id: string) => looks.filter((look) => look === id).length

describe('waiting', () => {
  it('looks again until a server is there, counts the attempts, and then runs what needed it', async () => {
    const { result, looks, waits } = await waitFor([server('a/one'), server('a/two', { needs: ['a/one'] })], {
      'a/one': [refused, refused, new Error('odd'), climbed],
    })
    expect(briefly(result)).toEqual({ 'a/one': 'pass', 'a/two': 'pass' })
    expect(result.outcomes.map(({ attempts }) => attempts)).toEqual([4, 1])
    expect(looks.at(-1)).toBe('a/two')
    expect(waits[0]?.on.map(({ id }) => id)).toEqual(['a/one'])
    expect(waits.at(-1)?.on).toEqual([])
  })

  it('adds nothing to a run in which all is green at once', async () => {
    const { result, looks, waits } = await waitFor([server('a/one')], {})
    expect({ ...briefly(result), looks: looks.length, waits: waits.map(({ on }) => on.length) }).toEqual({
      'a/one': 'pass',
      looks: 1,
      waits: [0],
    })
  })

  it('does not look again at what cannot change: another password, a secret, a file, a gate', async () => {
    let fixed = 0
    const other = answerProbe(() => {
      fixed += 1
      throw new Error('odd')
    })
    const checks = [server('a/password'), definition({ id: 'a/secret' }), server('a/gate', { stage: 'gates' })]
    const { result, looks } = await waitFor(checks, { 'a/password': [wrongPassword], 'a/gate': [refused] }, {}, [other])
    expect(briefly(result)).toEqual({ 'a/password': 'fail', 'a/secret': 'error', 'a/gate': 'fail' })
    expect({ fixed, looks: looks.toSorted() }).toEqual({ fixed: 1, looks: ['a/gate', 'a/password'] })
  })

  it('continues for what may change beside what cannot, and ends when only that is left', async () => {
    const { result, looks } = await waitFor(
      [server('a/password'), server('a/late'), server('a/both', { needs: ['a/late', 'a/password'] })],
      { 'a/password': [wrongPassword], 'a/late': [refused, climbed] },
    )
    expect(briefly(result)).toEqual({ 'a/password': 'fail', 'a/late': 'pass', 'a/both': 'blocked' })
    expect({ password: countOf(looks, 'a/password'), both: countOf(looks, 'a/both') }).toEqual({ password: 1, both: 0 })
  })

  it('ends when a server comes up and refuses', async () => {
    const { result, looks } = await waitFor([server('a/one')], { 'a/one': [refused, wrongPassword] })
    expect({ ...briefly(result), looks: looks.length }).toEqual({ 'a/one': 'fail', looks: 2 })
  })

  it('ends with what was found last when the time is over', async () => {
    const { result, looks } = await waitFor([server('a/one')], { 'a/one': [refused] }, { wait: 40 })
    expect(briefly(result)).toEqual({ 'a/one': 'fail' })
    expect(looks.length).toBeGreaterThan(1)
    expect(result.outcomes[0]?.attempts).toBe(looks.length)
  })

  it('runs a gate that was blocked once what it needs is there, and never twice', async () => {
    let gates = 0
    const gate = answerProbe(() => {
      gates += 1
      return { ok: false, value: '' }
    })
    const { result } = await waitFor(
      [
        server('a/one'),
        definition({ id: 'a/gate', stage: 'gates', needs: ['a/one'] }),
        server('a/slow', { stage: 'runtime' }),
      ],
      { 'a/one': [refused, climbed], 'a/slow': [refused, refused, refused, climbed] },
      {},
      [gate],
    )
    expect({ ...briefly(result), gates }).toEqual({ 'a/one': 'pass', 'a/gate': 'fail', 'a/slow': 'pass', gates: 1 })
  })

  it('gives no go for a server that was green early and is gone at the end', async () => {
    const { result, looks } = await waitFor([server('a/early'), server('a/late')], {
      'a/early': [climbed, wrongPassword],
      'a/late': [refused, refused, climbed],
    })
    expect(briefly(result)).toEqual({ 'a/early': 'fail', 'a/late': 'pass' })
    expect(looks.at(-1)).toBe('a/early')
  })

  it('waits for such a server to come back', async () => {
    const { result } = await waitFor([server('a/early'), server('a/late')], {
      'a/early': [climbed, refused, climbed],
      'a/late': [refused, climbed],
    })
    expect(briefly(result)).toEqual({ 'a/early': 'pass', 'a/late': 'pass' })
  })

  it('waits for a service that answers 503, as one that is starting does, and not for one that answers 401', async () => {
    const answers = [503, 503, 401]
    const facts = z.strictObject({ ok: z.boolean(), status: wholeNumber() })
    const page = answerProbe(() => ({ ok: false, status: answers.shift() ?? 200 }), {
      kind: 'page',
      rungs: ['connect'],
      facts,
    })
    const { result } = await waitFor(
      [definition({ id: 'a/page', probe: { kind: 'page', input: template(() => ({})) } })],
      {},
      {},
      [page],
    )
    expect(
      result.outcomes.map(({ status, attempts, facts: { status: code } }) => ({ status, attempts, code })),
    ).toEqual([{ status: 'fail', attempts: 3, code: 401 }])
  })

  it('waits for what fails by nothing but expectations that are marked as transient', async () => {
    const facts = z.strictObject({ ok: z.boolean(), ready: z.boolean() })
    const isReady = { ...expectation('facts.ready', ({ ready }) => ready, ['facts.ready']), isTransient: true }
    const isOk = expectation('facts.ok', ({ ok }) => ok, ['facts.ok'])
    const page = async (answers: { ok: boolean; ready: boolean }[]) => {
      const probe = answerProbe(() => answers.shift(), { kind: 'page', rungs: ['connect'], facts })
      const { result } = await waitFor(
        [
          definition({
            id: 'a/page',
            isIndependent: true,
            expect: [isReady, isOk],
            probe: { kind: 'page', input: template(() => ({})) },
          }),
        ],
        {},
        {},
        [probe],
      )
      return result.outcomes.map(({ status, attempts }) => [status, attempts])
    }
    expect(
      await page([
        { ok: true, ready: false },
        { ok: true, ready: false },
        { ok: true, ready: true },
      ]),
    ).toEqual([['pass', 3]])
    expect(
      await page([
        { ok: true, ready: false },
        { ok: false, ready: false },
      ]),
    ).toEqual([['fail', 2]])
    expect(await page([{ ok: false, ready: true }])).toEqual([['fail', 1]])
  })

  it('waits for a warning only where warnings are red', async () => {
    const advisory = server('a/hint', { severity: 'advisory' })
    const calm = await waitFor([advisory], { 'a/hint': [refused, climbed] })
    const strict = await waitFor([advisory], { 'a/hint': [refused, climbed] }, { areWarningsRed: true })
    expect([briefly(calm.result), briefly(strict.result)]).toEqual([{ 'a/hint': 'warn' }, { 'a/hint': 'pass' }])
  })

  it('evaluates an advisory check that was blocked, and looks again at one that found the same', async () => {
    const checks = [
      server('a/one'),
      server('a/blocked', { severity: 'advisory', needs: ['a/one'] }),
      server('a/beside', { severity: 'advisory' }),
    ]
    const { result } = await waitFor(checks, { 'a/one': [refused, refused, climbed], 'a/beside': [refused, climbed] })
    expect(briefly(result)).toEqual({ 'a/one': 'pass', 'a/blocked': 'pass', 'a/beside': 'pass' })
  })

  it('waits for nothing once --fail-fast has found what waiting does not mend', async () => {
    const fast = { failFast: true, concurrency: 1 }
    const hopeless = await waitFor([server('a/one'), server('a/two')], { 'a/one': [wrongPassword] }, fast)
    expect({ ...briefly(hopeless.result), looks: hopeless.looks }).toEqual({
      'a/one': 'fail',
      'a/two': 'blocked',
      looks: ['a/one'],
    })
    const late = await waitFor([server('a/one'), server('a/two')], { 'a/one': [refused, climbed] }, fast)
    expect(briefly(late.result)).toEqual({ 'a/one': 'pass', 'a/two': 'pass' })
  })

  it('ends at once when it is interrupted, and at the deadline of the run', async () => {
    const controller = new AbortController()
    const cut = await waitFor(
      [server('a/one')],
      { 'a/one': [refused] },
      { pause: 60_000, signal: controller.signal, onWaiting: () => controller.abort() },
    )
    expect(cut.result.isInterrupted).toBe(true)
    const late = await waitFor([server('a/one')], { 'a/one': [refused] }, { deadline: Deadline.after(50) })
    expect(late.result.isInterrupted).toBe(false)
    expect(['fail', 'timeout']).toContain(late.result.outcomes[0]?.status)
  })

  it('gives no go for what it has no time left to look at again', async () => {
    const deadline = Deadline.after(1500)
    // The last round ends green, and only after the deadline: nothing of what was green before it can be looked at any
    // more.
    const onEvent: WaitRequest['onEvent'] = (event) => {
      if (event.type === 'check-finished' && event.id === 'a/late' && event.outcome.status === 'pass')
        while (deadline.remaining() > 0);
    }
    const { result, looks } = await waitFor(
      [server('a/early'), server('a/late')],
      { 'a/early': [climbed, wrongPassword], 'a/late': [refused, climbed] },
      { deadline, onEvent },
    )
    expect({ ...briefly(result), early: countOf(looks, 'a/early') }).toEqual({
      'a/early': 'timeout',
      'a/late': 'pass',
      early: 1,
    })
  })

  it('tells a repeated look only when it shows something else', async () => {
    const { events } = await waitFor([server('a/one'), server('a/early')], {
      'a/one': [refused, refused, refused, climbed],
    })
    expect(
      events
        .filter(({ id }) => id === 'a/one')
        .map((event) => (event.type === 'check-finished' ? event.outcome.status : event.type)),
    ).toEqual(['check-started', 'fail', 'pass'])
    expect(events.filter(({ id, type }) => id === 'a/early' && type === 'check-finished')).toHaveLength(1)
  })

  it('continues without a view that breaks', async () => {
    const { result } = await waitFor(
      [server('a/one')],
      { 'a/one': [refused, climbed] },
      {
        onWaiting: () => {
          throw new Error('no terminal')
        },
      },
    )
    expect(briefly(result)).toEqual({ 'a/one': 'pass' })
    expect(result.listenerFailure).toEqual(new Error('no terminal'))
  })
})
