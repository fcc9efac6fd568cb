import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadline } from '../../../src/base/time/deadline.js'
import { UnobservedError, UsageError } from '../../../src/base/errors.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import type { Probe } from '../../../src/engine/probe.js'
import type { PlanRunRequest, RunResult } from '../../../src/checks/run/check-run-request.js'
import { runPlan } from '../../../src/checks/run/scheduler.js'
import {
  answerProbe,
  definition,
  expectation,
  expression,
  ladderProbe,
  plan,
  runOf,
  surroundings,
  template,
} from './builders.js'
import { propertyRuns } from '../../property-runs.js'

const good = { ok: true, value: '' }
const bad = { ok: false, value: '' }
const never = () => new Promise<never>(() => undefined)

/** A check whose id is also its probe's input. */
function check(id: string, overrides: Partial<CheckDefinition> = {}): CheckDefinition {
  return definition({ id, input: { id }, ...overrides })
}

function run(
  checks: readonly CheckDefinition[],
  probes: Probe | readonly Probe[],
  overrides: Partial<PlanRunRequest> = {},
): Promise<RunResult> {
  return runPlan(runOf(plan(checks), [probes].flat(), overrides).request)
}

const briefly = ({ outcomes }: RunResult) => Object.fromEntries(outcomes.map(({ id, status }) => [id, status]))

describe('outcomes', () => {
  const facts: Record<string, unknown> = { 'a/a/good': good, 'a/a/bad': bad, 'a/a/broken': new Error('boom') }
  const probe = answerProbe(async ({ id }) => {
    if (facts[id] instanceof Error) throw facts[id]
    return facts[id]
  })

  it('are pass, fail and error as the probe and the expectations say, in the order of the plan', async () => {
    const result = await run([check('a/a/broken'), check('a/a/good'), check('a/a/bad')], probe)
    expect(result.outcomes.map(({ id, status, message, attempts }) => [id, status, message, attempts])).toEqual([
      ['a/a/broken', 'error', 'boom', 1],
      ['a/a/good', 'pass', '', 1],
      ['a/a/bad', 'fail', 'facts.ok is false', 1],
    ])
    expect(result.isInterrupted).toBe(false)
  })

  it('of advisory checks are never worse than a warning, and say whether the check failed or is unknown', async () => {
    const advisory = { severity: 'advisory' } as const
    const { outcomes } = await run(
      [
        check('a/a/good', advisory),
        check('a/a/bad', advisory),
        check('a/a/broken', advisory),
        check('a/a/silent', {
          ...advisory,
          timeout: 20,
          probe: { kind: 'silent', input: { references: [], resolve: () => ({}) } },
        }),
        check('a/b/bad', {
          expect: [expectation('facts.ok', () => false)],
          input: { id: 'a/a/bad' },
        } as Partial<CheckDefinition>),
        check('a/b/blocked', { ...advisory, needs: ['a/b/bad'] }),
      ],
      [
        answerProbe(({ id }) => probe.observe({ id: id === 'a/b/bad' ? 'a/a/bad' : id }, undefined as never)),
        answerProbe(never, { kind: 'silent' }),
      ],
    )
    expect(outcomes.map(({ status, message, blockedBy }) => [status, message, blockedBy])).toEqual([
      ['pass', '', undefined],
      ['warn', 'failed: facts.ok is false', undefined],
      ['warn', 'could not be evaluated: boom', undefined],
      ['warn', 'could not be evaluated: no answer within 20ms', undefined],
      ['fail', 'facts.ok is false', undefined],
      ['warn', 'could not be evaluated: blocked by a/b/bad', 'a/b/bad'],
    ])
  })

  it('are errors when a kind was not loaded, when needs can never end, and when the surroundings throw', async () => {
    const looped = [check('a/a/one', { needs: ['a/a/two'] }), check('a/a/two', { needs: ['a/a/one'] })]
    expect(
      briefly(
        await run(
          [...looped, check('a/a/good', { probe: { kind: 'other', input: { references: [], resolve: () => ({}) } } })],
          probe,
        ),
      ),
    ).toEqual({
      'a/a/one': 'error',
      'a/a/two': 'error',
      'a/a/good': 'error',
    })
    const thrower = () => {
      throw new Error('no such system')
    }
    expect(briefly(await run([check('a/a/good')], probe, { surroundings: thrower }))).toEqual({ 'a/a/good': 'error' })
  })

  it('are given once each, and no check runs twice, when one beside them ends before it began', async () => {
    const runs: string[] = []
    const counting = answerProbe(({ id }) => {
      runs.push(id)
      return good
    })
    const unknown = { kind: 'other', input: { references: [], resolve: () => ({}) } }
    const result = await run([check('a/a/x'), check('a/a/broken', { probe: unknown }), check('a/a/y')], counting, {
      concurrency: 2,
    })
    expect(briefly(result)).toEqual({ 'a/a/x': 'pass', 'a/a/broken': 'error', 'a/a/y': 'pass' })
    expect(runs.toSorted()).toEqual(['a/a/x', 'a/a/y'])
  })

  it('exist for an empty plan: none', async () => {
    expect(await run([], probe)).toEqual({
      outcomes: [],
      isInterrupted: false,
      mayChange: new Set(),
      listenerFailure: undefined,
    })
  })
})

describe('conditions', () => {
  const probe = answerProbe(() => good)
  const around = () =>
    surroundings({
      scope: { vars: { MODE: 'off' }, env: {}, inputs: {}, profile: 'dev' },
      variables: { MODE: { reads: [], exposure: 'public' } },
    })

  it('that are false make a check not applicable, with the values they found, and satisfy its dependants', async () => {
    const when = expression('vars.MODE == "on"', ({ vars }) => vars['MODE'] === 'on', ['vars.MODE'])
    const { outcomes } = await run([check('a/a/x', { when }), check('a/a/y', { needs: ['a/a/x'] })], probe, {
      surroundings: around,
    })
    expect(outcomes.map(({ status, message }) => [status, message])).toEqual([
      ['not-applicable', 'its condition is false: vars.MODE == "on" (vars.MODE is "off")'],
      ['pass', ''],
    ])
  })

  describe('over what was seen', () => {
    const applies = {
      that: expression('facts.ok', ({ facts }) => (facts as Record<string, unknown>)['ok'], ['facts.ok']),
      message: template(() => 'there is nothing to see', ['facts.ok']),
    }
    const ended = async (definitions: Parameters<typeof run>[0], ...rest: Parameters<typeof answerProbe>) =>
      (await run(definitions, answerProbe(...rest), { surroundings: around })).outcomes.map(({ status, message }) => [
        status,
        message,
      ])

    it('make a check not applicable for the reason its author gives, and satisfy its dependants', async () => {
      const definitions = [check('a/a/x', { applies }), check('a/a/y', { needs: ['a/a/x'] })]
      expect(await ended(definitions, ({ id }) => ({ ok: id === 'a/a/y', value: '' }))).toEqual([
        ['not-applicable', 'there is nothing to see'],
        ['pass', ''],
      ])
    })

    it('leave a check to its expectations where they hold', async () => {
      const wanted = [expectation('facts.value', ({ value }) => value === 'right', ['facts.value'])]
      expect(await ended([check('a/a/x', { applies, expect: wanted })], () => ({ ok: true, value: 'wrong' }))).toEqual([
        ['fail', 'facts.value is false'],
      ])
    })

    it('make it an error where they are unknown', async () => {
      const broken = {
        ...applies,
        that: expression(
          'facts.ok',
          () => {
            throw new Error('no such key')
          },
          ['facts.ok'],
        ),
      }
      expect(await ended([check('a/a/x', { applies: broken })], () => good)).toEqual([
        ['error', 'whether it applies is unknown: facts.ok cannot be evaluated: no such key'],
      ])
    })

    it('do not excuse a peer that the probe did not reach', async () => {
      const never = { ...applies, that: expression('facts.clients', () => false, ['facts.clients']) }
      const facts = {
        reached: 'connect',
        elapsedMs: 12,
        problem: { code: 'wrong-password', class: 'config', transient: false, detail: 'no' },
        clients: 0,
      }
      const definitions = [
        check('a/a/x', {
          applies: never,
          probe: { kind: 'ladder', input: template(() => ({})) },
          expect: [expectation('facts.problem', () => false, ['facts.problem.code'])],
        }),
      ]
      expect(
        (
          await run(
            definitions,
            ladderProbe(() => facts),
          )
        ).outcomes.map(({ status }) => status),
      ).toEqual(['fail'])
    })
  })

  it('are asked before the needs: a check that does not apply is not blocked', async () => {
    const when = expression('false', () => false)
    expect(
      briefly(
        await run(
          [check('a/a/x'), check('a/a/y', { needs: ['a/a/x'], when })],
          answerProbe(() => bad),
        ),
      ),
    ).toEqual({ 'a/a/x': 'fail', 'a/a/y': 'not-applicable' })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no such key')
      },
    ],
    ['is not a boolean', () => 'false'],
  ])('that %s make the check an error', async (_, evaluate) => {
    expect(briefly(await run([check('a/a/x', { when: expression('vars.X', evaluate) })], probe))).toEqual({
      'a/a/x': 'error',
    })
  })
})

describe('needs', () => {
  it('block by their root cause, through any number of checks', async () => {
    const probe = answerProbe(({ id }) => (id === 'a/a/root' ? bad : good))
    const { outcomes } = await run(
      [check('a/a/root'), check('a/a/mid', { needs: ['a/a/root'] }), check('a/a/leaf', { needs: ['a/a/mid'] })],
      probe,
    )
    expect(
      outcomes.map(({ status, blockedBy, message, attempts, startedAt }) => [
        status,
        blockedBy,
        message,
        attempts,
        startedAt,
      ]),
    ).toMatchObject([
      ['fail', undefined, 'facts.ok is false', 1, expect.any(String)],
      ['blocked', 'a/a/root', 'blocked by a/a/root', 0, ''],
      ['blocked', 'a/a/root', 'blocked by a/a/root (through a/a/mid)', 0, ''],
    ])
  })

  it('name the same cause whichever fails first', async () => {
    for (const slow of ['a/a/one', 'a/a/two']) {
      const probe = answerProbe(async ({ id }) => {
        if (id === slow) await wait(20)
        return bad
      })
      const { outcomes } = await run(
        [check('a/a/one'), check('a/a/two'), check('a/a/leaf', { needs: ['a/a/one', 'a/a/two'] })],
        probe,
      )
      expect(outcomes[2]?.blockedBy).toBe('a/a/one')
    }
  })

  it('are satisfied by a warning', async () => {
    const probe = answerProbe(({ id }) => (id === 'a/a/soft' ? bad : good))
    expect(
      briefly(
        await run([check('a/a/soft', { severity: 'advisory' }), check('a/a/leaf', { needs: ['a/a/soft'] })], probe),
      ),
    ).toEqual({ 'a/a/soft': 'warn', 'a/a/leaf': 'pass' })
  })
})

describe('retries', () => {
  const retry = { attempts: 3, delay: 1 }

  it.each([
    ['throttled', true, undefined, 'code', 3],
    ['locked', false, 'config', 'config', 1],
  ] as const)('of a peer that answers without an observation: %s', async (code, isTransient, said, found, attempts) => {
    const is = { isTransient, ...(said === undefined ? {} : { class: said }) }
    const probe = answerProbe(() => Promise.reject(new UnobservedError(code, 'nothing was observed', is)))
    const { outcomes } = await run([check('demo/a/one', { retry, class: 'code' })], probe)
    expect(outcomes[0]).toMatchObject({
      status: 'error',
      class: found,
      message: `${code}: nothing was observed`,
      attempts,
    })
  })
  const transient = (isTransient: boolean) => ({
    ok: false,
    value: '',
    problem: { code: 'x', class: 'dependency', transient: isTransient, detail: '' },
  })
  const looseFacts = async () => {
    const { z } = await import('zod')
    return z.strictObject({ ok: z.boolean(), value: z.string(), problem: z.unknown() })
  }

  it('are made for what may change, and counted', async () => {
    let runs = 0
    const probe = answerProbe(() => {
      runs += 1
      if (runs < 3) throw new Error('not yet')
      return good
    })
    const { outcomes } = await run([check('a/a/x', { retry })], probe)
    expect(outcomes[0]).toMatchObject({ status: 'pass', attempts: 3 })
  })

  it('end with the last outcome when nothing changes', async () => {
    const { outcomes } = await run(
      [check('a/a/x', { retry, timeout: 10 })],
      answerProbe((_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject))),
    )
    expect(outcomes[0]).toMatchObject({ status: 'timeout', attempts: 3 })
  })

  it.each([
    [true, 3],
    [false, 1],
  ])('are made for a classified problem only when it is transient (%s)', async (isTransient, attempts) => {
    const probe = answerProbe(() => transient(isTransient), { facts: await looseFacts() })
    expect((await run([check('a/a/x', { retry })], probe)).outcomes[0]).toMatchObject({
      status: 'fail',
      attempts,
      class: 'dependency',
    })
  })

  it('leave the class of a finding to the problem, else to the expectation that failed, else to the check', async () => {
    const classified = { ...expectation('facts.ok', () => false, ['facts.ok']), class: 'code' as const }
    const probe = answerProbe(() => transient(false), { facts: await looseFacts() })
    const classOf = async (definition: Parameters<typeof check>[1], by: Parameters<typeof run>[1]) =>
      (await run([check('a/a/x', definition)], by)).outcomes[0]?.class
    expect(await classOf({ class: 'config', expect: [classified] }, probe)).toBe('dependency')
    expect(
      await classOf(
        { class: 'config', expect: [classified] },
        answerProbe(() => bad),
      ),
    ).toBe('code')
    expect(
      await classOf(
        { class: 'config' },
        answerProbe(() => bad),
      ),
    ).toBe('config')
  })

  it('are not made for facts that were observed and judged, nor for a wrong shape', async () => {
    expect(
      (
        await run(
          [check('a/a/x', { retry })],
          answerProbe(() => bad),
        )
      ).outcomes[0],
    ).toMatchObject({ status: 'fail', attempts: 1 })
    expect(
      (
        await run(
          [check('a/a/x', { retry })],
          answerProbe(() => 5),
        )
      ).outcomes[0],
    ).toMatchObject({ status: 'error', attempts: 1 })
  })

  it('are not made when the deadline leaves no time for them', async () => {
    const patient = { attempts: 3, delay: 60_000 }
    const { outcomes } = await run(
      [check('a/a/x', { retry: patient })],
      answerProbe(() => {
        throw new Error('boom')
      }),
    )
    expect(outcomes[0]).toMatchObject({ status: 'error', attempts: 1 })
  })

  it('are reported as they start', async () => {
    const { request, events } = runOf(plan([check('a/a/x', { retry })]), [
      answerProbe(() => {
        throw new Error('boom')
      }),
    ])
    await runPlan(request)
    expect(events.map((event) => (event.type === 'check-started' ? event.attempt : event.type))).toEqual([
      1,
      2,
      3,
      'check-finished',
    ])
  })
})

describe('the deadline', () => {
  it('times out everything that has not ended, what never started included', async () => {
    const probe = answerProbe(({ id }) => (id === 'a/a/quick' ? good : never()))
    const checks = [
      check('a/a/quick'),
      check('a/a/slow', { timeout: 60_000 }),
      check('a/a/next'),
      check('a/a/needy', { needs: ['a/a/slow'] }),
    ]
    const { outcomes, isInterrupted } = await run(checks, probe, { deadline: Deadline.after(60), concurrency: 1 })
    expect(outcomes.map(({ status, message }) => [status, message])).toEqual([
      ['pass', ''],
      ['timeout', "no answer before the run's deadline"],
      ['timeout', "never started: the run's deadline passed"],
      ['timeout', "never started: the run's deadline passed"],
    ])
    expect(isInterrupted).toBe(false)
  })
})

describe('fail-fast', () => {
  it('starts nothing after the first failure, and names it', async () => {
    const started: string[] = []
    const probe = answerProbe(({ id }) => {
      started.push(id)
      return id === 'a/a/b' ? bad : good
    })
    const { outcomes } = await run(
      ['a/a/a', 'a/a/b', 'a/a/c', 'a/a/d'].map((id) => check(id)),
      probe,
      { failFast: true, concurrency: 1 },
    )
    expect(outcomes.map(({ status, blockedBy }) => [status, blockedBy])).toEqual([
      ['pass', undefined],
      ['fail', undefined],
      ['blocked', 'a/a/b'],
      ['blocked', 'a/a/b'],
    ])
    expect(started).toEqual(['a/a/a', 'a/a/b'])
  })

  it('is not triggered by a warning', async () => {
    expect(
      briefly(
        await run(
          [check('a/a/a', { severity: 'advisory' }), check('a/a/b')],
          answerProbe(({ id }) => (id === 'a/a/a' ? bad : good)),
          { failFast: true, concurrency: 1 },
        ),
      ),
    ).toEqual({ 'a/a/a': 'warn', 'a/a/b': 'pass' })
  })
})

describe('an interruption', () => {
  it('ends the run with what had finished, and invents no outcome', async () => {
    const interruption = new AbortController()
    const probe = answerProbe(({ id }) => {
      if (id === 'a/a/quick') return good
      interruption.abort()
      return never()
    })
    const result = await run(
      [check('a/a/quick'), check('a/a/slow', { timeout: 3_600_000 }), check('a/a/later')],
      probe,
      { signal: interruption.signal, concurrency: 1, deadline: Deadline.after(3_600_000) },
    )
    expect(briefly(result)).toEqual({ 'a/a/quick': 'pass' })
    expect(result.isInterrupted).toBe(true)
  })

  it('before the start runs nothing, not even a condition', async () => {
    const result = await run(
      [check('a/a/x', { when: expression('false', () => false) })],
      answerProbe(() => good),
      { signal: AbortSignal.abort() },
    )
    expect(result).toMatchObject({ outcomes: [], isInterrupted: true })
  })

  it('cuts the wait before another attempt', async () => {
    const interruption = new AbortController()
    const probe = answerProbe(() => {
      setImmediate(() => interruption.abort())
      throw new Error('boom')
    })
    const patient = { attempts: 2, delay: 3_600_000 }
    const result = await run([check('a/a/x', { retry: patient })], probe, {
      signal: interruption.signal,
      deadline: Deadline.after(7_200_000),
    })
    expect(result).toMatchObject({ outcomes: [], isInterrupted: true })
  })
})

describe('a listener that throws', () => {
  it('is not called again and changes no outcome, and the caller learns why', async () => {
    const failure = new Error('the terminal is gone')
    let calls = 0
    const onEvent = () => {
      calls += 1
      throw failure
    }
    const result = await run(
      [check('a/a/x'), check('a/a/y')],
      answerProbe(() => good),
      { onEvent },
    )
    expect(briefly(result)).toEqual({ 'a/a/x': 'pass', 'a/a/y': 'pass' })
    expect({ calls, failure: result.listenerFailure }).toEqual({ calls: 1, failure })
  })
})

describe('the concurrency', () => {
  it.each([0, -1, 513, 1.5, Number.NaN, Infinity])('cannot be %s', (concurrency) => {
    expect(() =>
      run(
        [check('a/a/x')],
        answerProbe(() => good),
        { concurrency },
      ),
    ).toThrow(UsageError)
  })

  it('is used up to its limit, without a warning at 512', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    let running = 0
    let most = 0
    const probe = answerProbe(async () => {
      running += 1
      most = Math.max(most, running)
      await wait(5)
      running -= 1
      return good
    })
    await run(
      Array.from({ length: 1200 }, (_, index) => check(`a/a/${index}`)),
      probe,
      { concurrency: 512 },
    )
    await wait(1)
    process.off('warning', note)
    expect({ most, warnings }).toEqual({ most: 512, warnings: [] })
  })

  it('holds the slot of a probe that does not end, but not for ever', async () => {
    const running = new Set<string>()
    let overlaps = 0
    const probe = answerProbe(({ id }, { signal }) => {
      if (running.size > 0) overlaps += 1
      running.add(id)
      return new Promise((resolve) =>
        signal.addEventListener('abort', () =>
          setTimeout(() => {
            running.delete(id)
            resolve(good)
          }, 30),
        ),
      )
    })
    await run([check('a/a/x', { timeout: 10 }), check('a/a/y', { timeout: 10 })], probe, { concurrency: 1 })
    expect(overlaps).toBe(0)
  })
})

describe('any plan, at any concurrency, in any order of completion', () => {
  const behaviours = ['pass', 'fail', 'error', 'timeout', 'inapplicable'] as const
  const node = fc.record({
    behaviour: fc.constantFrom(...behaviours, 'pass', 'pass', 'pass'),
    isAdvisory: fc.boolean(),
    isGate: fc.boolean(),
    isAlone: fc.boolean(),
    ticks: fc.integer({ min: 0, max: 4 }),
    needs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  type Node = typeof node extends fc.Arbitrary<infer Shape> ? Shape : never

  /** Needs point to earlier stages or earlier checks, as a compiled pack's do. */
  function graph(nodes: readonly Node[]): CheckDefinition[] {
    const ordered = nodes.toSorted((a, b) => Number(a.isGate) - Number(b.isGate))
    return ordered.map(({ behaviour, isAdvisory, isGate, isAlone, ticks, needs }, index) =>
      check(`a/a/${index}`, {
        stage: isGate ? 'gates' : 'config',
        severity: isAdvisory ? 'advisory' : 'blocker',
        needs: index === 0 ? [] : [...new Set(needs.map((need) => `a/a/${need % index}`))],
        timeout: behaviour === 'timeout' ? 1 : 10_000,
        ...(behaviour === 'inapplicable' ? { when: expression('false', () => false) } : {}),
        probe: {
          kind: isAlone ? 'lonely' : 'answer',
          input: { references: [], resolve: () => ({ id: `${behaviour} ${ticks} ${index}` }) },
        },
      }),
    )
  }

  it('gives each check one outcome, the same ones, respects needs and limits, and runs what must be alone alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(node, { maxLength: 14 }),
        fc.integer({ min: 1, max: 64 }),
        async (nodes, concurrency) => {
          const checks = graph(nodes)
          const started: string[] = []
          const violations: string[] = []
          const running = new Map<string, boolean>()
          const ended = new Set<string>()

          const observe =
            (isLonely: boolean) =>
            async ({ id: input }: { id: string }, { signal }: { signal: AbortSignal }) => {
              const [behaviour, ticks, index] = input.split(' ')
              const id = `a/a/${index}`
              const own = checks[Number(index)]
              const isAlone = isLonely || own?.stage === 'gates'
              started.push(id)
              if (running.size >= concurrency) violations.push(`${id} is one too many`)
              if (running.size > 0 && (isAlone || [...running.values()].includes(true)))
                violations.push(`${id} is not alone`)
              for (const need of own?.needs ?? []) if (!ended.has(need)) violations.push(`${id} before ${need}`)
              running.set(id, isAlone)
              try {
                for (let tick = 0; tick < Number(ticks); tick += 1) await new Promise(setImmediate)
                if (behaviour === 'error') throw new Error('boom')
                while (behaviour === 'timeout' && !signal.aborted) await new Promise(setImmediate)
                return behaviour === 'fail' ? bad : good
              } finally {
                running.delete(id)
              }
            }
          const probes = [
            answerProbe(observe(false)),
            answerProbe(observe(true), { kind: 'lonely', concurrency: 'alone' }),
          ]
          const finished: string[] = []
          const onEvent: PlanRunRequest['onEvent'] = (event) => {
            if (event.type !== 'check-finished') return
            finished.push(event.id)
            ended.add(event.id)
          }
          const wide = await run(checks, probes, { concurrency, onEvent })
          const [starts, ends] = [[...started], [...finished]]
          ended.clear()
          const narrow = await run(checks, probes, { concurrency: 1, onEvent })

          expect(violations).toEqual([])
          expect(new Set(starts).size).toBe(starts.length)
          expect(ends.toSorted()).toEqual(checks.map(({ id }) => id).toSorted())
          const comparable = ({ outcomes }: RunResult) =>
            outcomes.map(({ id, status, message, blockedBy }) => ({ id, status, message, blockedBy }))
          expect(comparable(wide)).toEqual(comparable(narrow))
          expect(wide.outcomes.map(({ id }) => id)).toEqual(plan(checks).checks.map(({ definition: { id } }) => id))
        },
      ),
      { numRuns: propertyRuns(200) },
    )
  })
})
