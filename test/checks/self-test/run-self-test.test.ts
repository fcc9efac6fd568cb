import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSelfTest } from '../../../src/checks/self-test/run-self-test.js'
import type { SelfTestReport } from '../../../src/checks/self-test/self-test-report.js'
import type { Probe, Together } from '../../../src/engine/probe.js'
import type { SelfTest, SelfTestEnd } from '../../../src/engine/self-test.js'
import { probeRegistry, selfTestRegistry, type Registry } from '../../../src/engine/folder-registry.js'

const limit = 180_000
const kinds = probeRegistry.names()

type Observe = Probe['observe']

/** Every probe with another way to observe; facts that are given again are compared as they were the first time. */
function observing(change: (probe: Probe) => Observe): Registry<Probe> {
  return {
    ...probeRegistry,
    load: async (name) =>
      probeRegistry
        .load(name)
        .then((probe) => ({ ...probe, observe: change(probe), together: comparingOnce(probe.together) })),
  }
}

const compared = new WeakMap<object, ReturnType<Together['compare']>>()

function comparingOnce(together: Together | undefined): Together | undefined {
  return (
    together && {
      ...together,
      compare(input, observed) {
        const last = observed.at(-1)!
        const result = compared.get(last) ?? together.compare(input, observed)
        compared.set(last, result)
        return result
      },
    }
  )
}

function onlyCases(end: SelfTestEnd): Registry<SelfTest> {
  return {
    ...selfTestRegistry,
    load: async (name) =>
      selfTestRegistry
        .load(name)
        .then((selfTest) => ({ ...selfTest, cases: selfTest.cases.filter((each) => each.end === end) })),
  }
}

/** What decides, besides the kind, which facts there are. */
const formOf = (kind: string, input: unknown): string =>
  [kind, ...['json', 'shell'].filter((key) => (input as Readonly<Record<string, unknown>>)[key] !== undefined)].join(
    ' ',
  )

/** The kinds that have cases of this end, and a way to observe that gives the facts of these cases again. */
async function factsOf(end: SelfTestEnd) {
  const found = new Map<string, Awaited<ReturnType<Observe>>>()
  const probes = observing((probe) => async (input, context) => {
    const facts = await probe.observe(input, context)
    found.set(formOf(probe.kind, input), facts)
    return facts
  })
  await runSelfTest({ signal: new AbortController().signal, limit, probes, selfTests: onlyCases(end) })
  return {
    kinds: [...new Set([...found.keys()].map((form) => form.split(' ')[0]!))].toSorted(),
    again:
      ({ kind }: Probe): Observe =>
      async (input) =>
        found.get(formOf(kind, input)) ?? {},
  }
}

const run = (probes?: Registry<Probe>, selfTests?: Registry<SelfTest>): Promise<SelfTestReport> =>
  runSelfTest({
    signal: new AbortController().signal,
    limit,
    ...(probes === undefined ? {} : { probes }),
    ...(selfTests === undefined ? {} : { selfTests }),
  })

const untrusted = ({ kinds: reports }: SelfTestReport) =>
  reports.filter(({ isTrusted }) => !isTrusted).map(({ kind }) => kind)

let place = ''
const before = process.env['TMPDIR']
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'selftest-'))
  process.env['TMPDIR'] = place
})
afterAll(() => {
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  rmSync(place, { recursive: true, force: true })
})

describe('the self-test', () => {
  it(
    'sees every kind pass, fail and end without an answer, and leaves nothing behind',
    { timeout: limit },
    async () => {
      const report = await run()
      expect(
        report.kinds.flatMap(({ kind, problems, cases }) => [
          ...problems,
          ...cases
            .filter(({ isAsExpected }) => !isAsExpected)
            .map(({ meets, status, message }) => `${kind}: ${meets}: ${status} ${message}`),
        ]),
      ).toEqual([])
      expect(report).toMatchObject({ isTrusted: true, isInterrupted: false })
      expect(report.kinds.map(({ kind }) => kind)).toEqual(kinds)
      expect(readdirSync(place)).toEqual([])
    },
  )

  it('has a case of each end for every kind', async () => {
    const ends = await Promise.all(
      kinds.map(async (kind) => new Set((await selfTestRegistry.load(kind)).cases.map(({ end }) => end)).size),
    )
    expect(ends).toEqual(kinds.map(() => 3))
  })

  it('trusts no probe that always says yes', { timeout: limit }, async () => {
    const yes = await factsOf('pass')
    expect(yes.kinds).toEqual(kinds)
    const report = await run(observing(yes.again))
    expect(untrusted(report)).toEqual(kinds)
    expect(
      report.kinds.flatMap(({ cases }) =>
        cases.filter(({ expected, status }) => expected === 'pass' && status !== 'pass'),
      ),
    ).toEqual([])
  })

  it('trusts no probe that always says no', { timeout: limit }, async () => {
    const no = await factsOf('fail')
    expect(no.kinds).toEqual(kinds)
    expect(untrusted(await run(observing(no.again)))).toEqual(kinds)
  })

  it('trusts no probe that always throws or gives facts of another shape', { timeout: limit }, async () => {
    const thrower = await run(observing(() => () => Promise.reject(new Error('broken'))))
    expect(untrusted(thrower)).toEqual(kinds)
    expect(thrower.isTrusted).toBe(false)
    expect(untrusted(await run(observing(() => async () => ({ reached: 'everything' }))))).toEqual(kinds)
  })

  it('trusts no probe that calls a failure what it cannot tell', { timeout: limit }, async () => {
    const no = await factsOf('fail')
    const report = await run(observing(no.again), onlyCases('unknown'))
    const caught = report.kinds
      .filter(({ cases }) => cases.some(({ status, isAsExpected }) => status === 'fail' && !isAsExpected))
      .map(({ kind }) => kind)
    // What these cannot tell is refused before they observe anything.
    expect(caught).toEqual(kinds.filter((kind) => !['descriptor', 'disk', 'file', 'files'].includes(kind)))
  })

  it('takes a pass for nothing but a pass, and an error for no failure', { timeout: limit }, async () => {
    const yes = await factsOf('pass')
    const passing = await run(observing(yes.again), onlyCases('unknown'))
    const passed = passing.kinds.flatMap(({ cases }) => cases.filter(({ status }) => status === 'pass'))
    expect(passed.length).toBeGreaterThan(kinds.length / 2)
    expect(passed.filter(({ isAsExpected }) => isAsExpected)).toEqual([])
    const broken = await run(
      observing(() => () => Promise.reject(new Error('broken'))),
      onlyCases('fail'),
    )
    expect(
      broken.kinds.flatMap(({ cases }) =>
        cases.filter(({ isAsExpected, status }) => isAsExpected || status !== 'error'),
      ),
    ).toEqual([])
  })

  it(
    'takes a kind without a self-test, without a case of an end, or with one that cannot be set up for untrusted',
    { timeout: limit },
    async () => {
      const fewKinds = <Unit>(registry: Registry<Unit>, names: readonly string[]): Registry<Unit> => ({
        ...registry,
        names: () => names,
        has: (name) => names.includes(name),
      })
      const few = fewKinds(probeRegistry, ['disk', 'env'])
      const missing = await run(few, fewKinds(selfTestRegistry, ['env', 'file']))
      expect(missing.kinds.map(({ kind, isTrusted, problems }) => ({ kind, isTrusted, problems }))).toEqual([
        { kind: 'disk', isTrusted: false, problems: ['it has no self-test'] },
        { kind: 'env', isTrusted: true, problems: [] },
        { kind: 'file', isTrusted: false, problems: ['unknown probe'] },
      ])
      const untried = await run(fewKinds(probeRegistry, ['env']), fewKinds(onlyCases('pass'), ['env']))
      expect(untried.kinds[0]?.problems).toEqual([
        'no case in which it must end with fail',
        'no case in which it must end with unknown',
      ])
      const broken: SelfTest = {
        kind: 'env',
        expect: 'facts.set',
        cases: [{ meets: 'nothing', end: 'pass', arrange: () => Promise.reject(new Error('no port')) }],
      }
      const unset = await run(fewKinds(probeRegistry, ['env']), {
        names: () => ['env'],
        has: () => true,
        load: async () => broken,
      })
      expect(unset.kinds[0]).toMatchObject({ isTrusted: false, cases: [{ status: 'not-run' }] })
      const misspelt = await run(fewKinds(probeRegistry, ['env']), {
        names: () => ['env'],
        has: () => true,
        load: async () => ({ ...broken, expect: 'facts.sett' }),
      })
      expect(misspelt.kinds[0]?.problems[0]).toContain('its expectation cannot be judged')
      expect(await run(fewKinds(probeRegistry, []), fewKinds(selfTestRegistry, []))).toMatchObject({
        isTrusted: false,
        kinds: [],
      })
    },
  )

  it(
    'ends when it is interrupted or out of time, trusts nothing then, and clears away',
    { timeout: limit },
    async () => {
      const controller = new AbortController()
      const probes = observing((probe) => (input, context) => {
        controller.abort()
        return probe.observe(input, context)
      })
      expect(await runSelfTest({ signal: controller.signal, limit, probes })).toMatchObject({
        isTrusted: false,
        isInterrupted: true,
      })
      expect(await runSelfTest({ signal: new AbortController().signal, limit: 1 })).toMatchObject({
        isTrusted: false,
        isInterrupted: false,
      })
      expect(readdirSync(place)).toEqual([])
    },
  )
})
