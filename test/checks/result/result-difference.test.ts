import { describe, expect, it } from 'vitest'
import { differenceOfResults, type ResultDifference } from '../../../src/checks/result/result-difference.js'
import type { CheckResult, ResultDocument } from '../../../src/checks/result/report.js'
import { greenStatuses, statuses, type Status } from '../../../src/base/vocabulary.js'
import { checkResult, resultOf } from '../../incidents/documents.js'

const digest = 'ab'.repeat(32)

function between(before: ResultDocument, after: ResultDocument, factor = 3): ResultDifference {
  return differenceOfResults(before, after, factor)
}

function withRun(document: ResultDocument, run: Partial<ResultDocument['run']>): ResultDocument {
  return { ...document, run: { ...document.run, ...run } }
}

function deselecting(document: ResultDocument, ...deselectedIds: string[]): ResultDocument {
  const { counts } = document
  const selection = { ...document.run.selection, deselectedIds }
  return withRun(
    {
      ...document,
      counts: { ...counts, declared: counts.selected + deselectedIds.length, deselected: deselectedIds.length },
    },
    { selection },
  )
}

function incomplete(checks: readonly CheckResult[]): ResultDocument {
  return { ...resultOf(checks), state: 'incomplete', verdict: null, exitCode: 130 }
}

/** One check that had a status and has another; `null` where it was not declared. */
function turnOf(from: Status | null, to: Status | null): string | undefined {
  const side = (status: Status | null): ResultDocument =>
    resultOf([checkResult('a/b/other'), ...(status === null ? [] : [checkResult('a/b/c', { status })])])
  return between(side(from), side(to)).checks[0]?.turn
}

describe('a check', () => {
  it.each<[Status | null, Status | null, string | undefined]>([
    ['pass', 'fail', 'newly-failing'],
    ['waived', 'fail', 'newly-failing'],
    [null, 'fail', 'newly-failing'],
    ['pass', 'error', 'newly-unevaluated'],
    ['warn', 'timeout', 'newly-unevaluated'],
    ['not-applicable', 'blocked', 'newly-blocked'],
    ['blocked', 'fail', 'still-red'],
    ['fail', 'fail', 'still-red'],
    ['pass', 'waived', 'newly-waived'],
    ['fail', 'waived', 'newly-waived'],
    [null, 'waived', 'newly-waived'],
    ['pass', 'warn', 'newly-warned'],
    ['fail', 'not-applicable', 'newly-not-applicable'],
    ['fail', 'pass', 'newly-green'],
    ['waived', 'pass', 'newly-green'],
    [null, 'pass', 'appeared'],
    ['pass', null, 'vanished'],
    ['fail', null, 'vanished'],
    ['pass', 'pass', undefined],
    ['waived', 'waived', undefined],
  ])('from %s to %s: %s', (from, to, turn) => {
    expect(turnOf(from, to)).toBe(turn)
  })

  it('that is red and was not makes it worse, whatever it was and is', () => {
    for (const from of statuses) {
      for (const to of statuses) {
        const isNewlyRed = greenStatuses.has(from) && !greenStatuses.has(to)
        const green = checkResult('a/b/g', { status: 'fail' })
        const difference = between(
          resultOf([green, checkResult('a/b/c', { status: from })]),
          resultOf([green, checkResult('a/b/c', { status: to })]),
        )
        expect(difference.isWorse, `${from} → ${to}`).toBe(isNewlyRed)
      }
    }
  })

  it('that is no longer selected is worse, also when it was red; one that is selected now is not', () => {
    for (const status of ['pass', 'fail'] as const) {
      const difference = between(
        resultOf([checkResult('a/b/o'), checkResult('a/b/c', { status })]),
        deselecting(resultOf([checkResult('a/b/o')]), 'a/b/c'),
      )
      expect(difference).toMatchObject({
        isWorse: true,
        checks: [{ id: 'a/b/c', turn: 'deselected', from: status, to: null }],
      })
    }
    const difference = between(
      deselecting(resultOf([checkResult('a/b/o')]), 'a/b/c'),
      resultOf([checkResult('a/b/o'), checkResult('a/b/c')]),
    )
    expect(difference).toMatchObject({ isWorse: false, checks: [{ turn: 'selected' }] })
  })

  it('that an interrupted run had not come to did not vanish, and one that the run before had not come to is not new', () => {
    const whole = resultOf([checkResult('a/b/c'), checkResult('a/b/d')])
    expect(between(whole, incomplete([checkResult('a/b/c')])).checks).toMatchObject([
      { id: 'a/b/d', turn: 'not-run', isWorse: true },
    ])
    expect(between(incomplete([checkResult('a/b/c')]), whole)).toMatchObject({ isWorse: false, checks: [] })
  })

  it('comes the earlier the worse it turned', () => {
    const [before, after] = [
      ['pass', 'fail', 'pass', 'pass', 'waived'],
      ['waived', 'pass', 'blocked', 'fail', 'error'],
    ].map((row) => resultOf(row.map((status, index) => checkResult(`a/b/${index}`, { status: status as Status }))))
    expect(between(before!, after!).checks.map(({ turn }) => turn)).toEqual([
      'newly-failing',
      'newly-unevaluated',
      'newly-blocked',
      'newly-waived',
      'newly-green',
    ])
  })
})

describe('the verdict', () => {
  const go = resultOf([checkResult('a/b/c')])
  const warned = { ...resultOf([checkResult('a/b/c', { status: 'warn' })]), verdict: 'no-go' as const, exitCode: 5 }
  const part = deselecting(go, 'x/y/z')
  it.each<[string, ResultDocument, ResultDocument, boolean]>([
    ['go, go', go, go, false],
    ['go, no-go by warnings', resultOf([checkResult('a/b/c', { status: 'warn' })]), warned, true],
    ['no-go, go', warned, go, false],
    ['go, a go for a part', go, part, true],
    ['a go for a part, go', part, go, false],
    ['go, a go without what is not locked', go, withRun(part, { lock: { digest, state: 'locked' } }), false],
    ['a go with the lock, the same without it', withRun(part, { lock: { digest, state: 'locked' } }), part, true],
    ['go, interrupted', go, incomplete([checkResult('a/b/c')]), true],
    ['no-go, interrupted', warned, incomplete([checkResult('a/b/c')]), true],
    ['interrupted, no-go', incomplete([checkResult('a/b/c', { status: 'warn' })]), warned, false],
  ])('%s', (_, before, after, isWorse) => {
    expect(between(before, after)).toMatchObject({ isVerdictWorse: isWorse, isWorse })
  })
})

describe('facts', () => {
  const facts = (was: Record<string, unknown>, is: Record<string, unknown>): ResultDifference =>
    between(resultOf([checkResult('a/b/c', { facts: was })]), resultOf([checkResult('a/b/c', { facts: is })]))

  it('that changed are reported by path', () => {
    expect(
      facts(
        { version: '15.4', problem: { code: '' }, same: [1] },
        { version: '16.1', problem: { code: 'refused' }, same: [1] },
      ).facts,
    ).toEqual([
      {
        id: 'a/b/c',
        changes: [
          { fact: 'version', was: '15.4', is: '16.1' },
          { fact: 'problem.code', was: '', is: 'refused' },
        ],
        omitted: 0,
      },
    ])
  })

  it('that differ in every run are only counted: long texts, and numbers that moved by less than a tenth', () => {
    expect(
      facts(
        { freeBytes: 1000, clients: 10, output: 'a\nb\n', role: 'master' },
        { freeBytes: 901, clients: 12, output: 'a\nc\n', role: 'replica' },
      ).facts,
    ).toEqual([
      {
        id: 'a/b/c',
        changes: [
          { fact: 'clients', was: 10, is: 12 },
          { fact: 'role', was: 'master', is: 'replica' },
        ],
        omitted: 2,
      },
    ])
    expect(facts({ freeBytes: 1000 }, { freeBytes: 999 }).facts).toEqual([])
    expect(facts({ failed: 0 }, { failed: 1 }).facts).toHaveLength(1)
  })

  it('of a check that was not observed have not changed', () => {
    expect(facts({ version: '15.4' }, {}).facts).toEqual([])
  })

  it('of a secret: a change shows in its size and shape; else it is unknown, since fingerprints are of one run', () => {
    const secret = (fingerprint: string, bytes: string): Record<string, unknown> => ({
      set: true,
      bytes,
      bits: '112+',
      layer: 'raw',
      humanShaped: false,
      fingerprint,
    })
    expect(facts(secret('aa', '32+'), secret('bb', '32+'))).toMatchObject({
      facts: [],
      secrets: [{ id: 'a/b/c', changed: 'unknown' }],
    })
    expect(facts(secret('aa', '32+'), secret('bb', '64+'))).toMatchObject({
      facts: [{ changes: [{ fact: 'bytes' }] }],
      secrets: [{ id: 'a/b/c', changed: 'yes' }],
    })
    expect(facts({ ...secret('', '0') }, secret('bb', '64+')).secrets).toEqual([])
  })
})

describe('slower', () => {
  const took = (was: number, is: number, factor?: number, more: Partial<CheckResult> = {}) =>
    between(
      resultOf([checkResult('a/b/c', { durationMs: was })]),
      resultOf([checkResult('a/b/c', { durationMs: is, ...more })]),
      factor,
    ).slower
  it('is what takes so many times as long, and half a second more', () => {
    expect(took(300, 900)).toEqual([{ id: 'a/b/c', from: 300, to: 900 }])
    expect(took(300, 899)).toEqual([])
    expect(took(10, 499)).toEqual([])
    expect(took(0, 500)).toHaveLength(1)
    expect(took(1000, 2000)).toEqual([])
    expect(took(1000, 2000, 2)).toHaveLength(1)
  })

  it('is nothing that timed out or never ran', () => {
    expect(took(300, 9000, 3, { status: 'timeout' })).toEqual([])
    expect(took(300, 9000, 3, { status: 'blocked', attempts: 0 })).toEqual([])
  })

  it('is the run as a whole too, when both ended', () => {
    const long = withRun(resultOf([checkResult('a/b/c')]), { durationMs: 60_000 })
    expect(between(resultOf([checkResult('a/b/c')]), long).slower).toEqual([{ id: null, from: 2000, to: 60_000 }])
    expect(between(resultOf([checkResult('a/b/c')]), { ...long, state: 'incomplete', verdict: null }).slower).toEqual(
      [],
    )
  })
})

it('what was different around the runs is reported', () => {
  const before = resultOf([checkResult('a/b/c')])
  const after = withRun(before, {
    profile: 'dev',
    definitionsDigest: 'd2',
    deployment: null,
    git: null,
    lock: { digest, state: 'other-selection' },
    selection: { ...before.run.selection, skipped: ['x/y/z'] },
  })
  expect(between(before, before).circumstances).toEqual([])
  expect(
    Object.fromEntries(between(before, after).circumstances.map(({ what, from, to }) => [what, [from, to]])),
  ).toEqual({
    profile: ['prod', 'dev'],
    deployment: ['eu-west', null],
    definitions: ['d1', 'd2'],
    skipped: ['', 'x/y/z'],
    lock: [null, `${digest} (another selection)`],
    commit: ['0123456789abcdef0123456789abcdef01234567', null],
    'changed checkout': ['yes', null],
  })
})
