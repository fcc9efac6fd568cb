import { describe, expect, it } from 'vitest'
import { statementOf, UnattestableResultError } from '../../../src/attestation/statement/state-result.js'
import { statementSchema } from '../../../src/attestation/statement/statement.js'
import { type Status, statuses } from '../../../src/base/vocabulary.js'
import { checkResult } from '../../incidents/documents.js'
import { attestable, commit, digest, finishedAt, ofPart, stated } from './documents.js'

describe('the statement of a result', () => {
  it('is in-toto’s test result, with what a deploy step needs beside it', () => {
    const statement = stated(
      attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })], {
        lock: { digest, state: 'locked' },
      }),
    )
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { gitCommit: commit } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: 'WARNED',
        configuration: [
          { name: 'definitions', digest: { sha256: digest } },
          { name: 'lock', digest: { sha256: digest } },
        ],
        passedTests: ['a/b/c'],
        warnedTests: ['a/b/w'],
        failedTests: [],
        preflightRun: {
          verdict: 'go',
          exitCode: 0,
          profile: 'prod',
          coverage: 'locked',
          waived: ['a/b/w'],
          finishedAt,
          id: 'run-2',
          lock: { digest, state: 'locked' },
        },
      },
    })
  })

  it('has a place for every status but those that observed nothing of the deployment', () => {
    const document = attestable(statuses.map((status) => checkResult(`a/b/${status}`, { status })))
    const { predicate } = stated(document)
    const named = [...predicate.passedTests, ...predicate.warnedTests, ...predicate.failedTests].map((id) =>
      id.slice(4),
    )
    expect(named.toSorted()).toEqual(statuses.filter((status) => status !== 'not-applicable').toSorted())
    expect(predicate).toMatchObject({
      result: 'FAILED',
      passedTests: ['a/b/pass'],
      warnedTests: ['a/b/warn', 'a/b/waived'],
    })
  })

  it.each<[string, Status, boolean, string]>([
    ['a go', 'pass', false, 'PASSED'],
    ['a go with a warning', 'warn', false, 'WARNED'],
    ['a go that a waiver lets through', 'waived', false, 'WARNED'],
    ['a go for a part, which is not a pass for those who do not know what a part is', 'pass', true, 'WARNED'],
    ['a no-go', 'fail', false, 'FAILED'],
    ['a no-go of a part', 'blocked', true, 'FAILED'],
  ])('tells %s', (_, status, isPart, result) => {
    const document = attestable([checkResult('a/b/c', { status })])
    expect(stated(isPart ? ofPart(document) : document).predicate.result).toBe(result)
  })

  it('calls a part what is not the locked selection, whatever was selected', () => {
    expect(
      stated(attestable(undefined, { lock: { digest, state: 'other-selection' } })).predicate.preflightRun.coverage,
    ).toBe('part')
    expect(
      stated(ofPart(attestable(undefined, { lock: { digest, state: 'locked' } }))).predicate.preflightRun.coverage,
    ).toBe('locked')
  })

  it('holds nothing that a check found', () => {
    const text = JSON.stringify(
      stated(attestable([checkResult('a/b/c', { status: 'fail', message: 'met-this', facts: { value: 'met-that' } })])),
    )
    expect(text).not.toContain('met-')
  })
})

describe('not attested is a result', () => {
  const good = attestable()
  const extras = { subjects: [{ digest: { gitCommit: commit } }], resultDigest: digest, now: Date.parse(finishedAt) }
  it.each([
    ['of a run that was cut off', { ...good, state: 'incomplete' as const }, /did not end/],
    ['without a verdict', { ...good, verdict: null }, /did not end/],
    [
      'of a run that was refused',
      { ...good, verdict: 'no-go' as const, exitCode: 3, checks: [], diagnostics: [] },
      /nothing was judged/,
    ],
    ['that judged nothing', { ...good, checks: [] }, /nothing was judged/],
    [
      'whose counts are not those of its checks',
      { ...good, counts: { ...good.counts, pass: 3, selected: 3, declared: 3 } },
      /do not match/,
    ],
    [
      'that says go beside a red check',
      { ...attestable([checkResult('a/b/c', { status: 'fail' })]), verdict: 'go' as const, exitCode: 0 },
      /do not match/,
    ],
    ['that says go and ended with another code', { ...good, exitCode: 5 }, /do not match/],
    ['whose definitions are not known', { ...good, run: { ...good.run, definitionsDigest: '' } }, /do not match/],
    [
      'that ended before it started',
      { ...good, run: { ...good.run, startedAt: '2026-01-02T03:04:07.001Z' } },
      /ended at .*07\.000Z, before it started at .*07\.001Z/,
    ],
    [
      'from the future, by the bound that `verify` has',
      { ...good, run: { ...good.run, finishedAt: '2026-01-02T03:05:07.001Z' } },
      /ahead of this machine's clock/,
    ],
    ['that names a check twice', { ...good, checks: [good.checks[0]!, good.checks[0]!] }, /do not match/],
    ['that ended at no time', { ...good, run: { ...good.run, finishedAt: 'yesterday' } }, /do not match/],
  ])('%s', (_, document, message) => {
    expect(() => statementOf(document, extras)).toThrow(UnattestableResultError)
    expect(() => statementOf(document, extras)).toThrow(message)
  })

  it('about nothing', () => {
    expect(() => statementOf(good, { ...extras, subjects: [] })).toThrow(UnattestableResultError)
  })
})

it('a statement with an unknown field is refused', () => {
  const statement = stated()
  expect(statementSchema.safeParse(statement).success).toBe(true)
  expect(statementSchema.safeParse({ ...statement, more: 1 }).success).toBe(false)
  expect(
    statementSchema.safeParse({
      ...statement,
      predicate: { ...statement.predicate, preflightRun: { ...statement.predicate.preflightRun, onlyFor: 'staging' } },
    }).success,
  ).toBe(false)
})
