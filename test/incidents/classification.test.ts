import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, rootCauseIds } from '../../src/incidents/classification.js'
import { failureClasses, severities, statuses } from '../../src/base/vocabulary.js'
import { checkResult, resultOf } from './documents.js'

describe('classify', () => {
  it('takes class and severity of the one check that is red', () => {
    const result = resultOf([
      checkResult('demo/config/a'),
      checkResult('demo/runtime/b', { status: 'fail', class: 'code', severity: 'critical' }),
    ])
    expect(classify(result)).toEqual({
      class: 'code',
      severity: 'critical',
      reasons: [
        'code: demo/runtime/b failed, and what it found is the behaviour of the program.',
        'critical: this is the severity of demo/runtime/b.',
      ],
    })
  })

  it('says nothing of a result in which all is green', () => {
    expect(
      classify(
        resultOf([
          checkResult('demo/config/a'),
          checkResult('demo/config/b', { status: 'waived' }),
          checkResult('demo/config/c', { status: 'not-applicable' }),
        ]),
      ),
    ).toBeUndefined()
  })

  it.each([
    [
      'the worst severity decides',
      [
        { class: 'config', severity: 'high' },
        { class: 'dependency', severity: 'blocker' },
      ],
      'dependency',
    ],
    [
      'of equals the first in the plan decides',
      [
        { class: 'dependency', severity: 'blocker' },
        { class: 'code', severity: 'blocker' },
      ],
      'dependency',
    ],
    [
      'an observed failure weighs more than what could not be observed',
      [
        { class: 'dependency', severity: 'blocker', status: 'timeout' },
        { class: 'config', severity: 'blocker' },
      ],
      'config',
    ],
    [
      'what is blocked says nothing',
      [
        { class: 'code', severity: 'blocker', status: 'blocked', blockedBy: 'demo/config/1' },
        { class: 'config', severity: 'high' },
      ],
      'config',
    ],
    [
      'what only warns says nothing beside what is red',
      [
        { class: 'code', severity: 'advisory', status: 'warn' },
        { class: 'config', severity: 'high' },
      ],
      'config',
    ],
  ] as const)('%s', (_rule, checks, expected) => {
    const result = resultOf(
      checks.map((overrides, index) => checkResult(`demo/config/${index}`, { status: 'fail', ...overrides })),
    )
    expect(classify(result)?.class).toBe(expected)
  })

  it('labels a warning alone as high, and says that it stops nothing', () => {
    const classification = classify(
      resultOf([checkResult('demo/config/a', { status: 'warn', severity: 'advisory', class: 'dependency' })]),
    )
    expect(classification).toMatchObject({ class: 'dependency', severity: 'high' })
    expect(classification?.reasons.join(' ')).toContain('nothing stops the release')
  })

  it('counts what could not be judged, and names the other classes', () => {
    const reasons = classify(
      resultOf([
        checkResult('demo/datastores/a', { status: 'fail', class: 'dependency' }),
        checkResult('demo/runtime/b', { status: 'blocked', blockedBy: 'demo/datastores/a' }),
        checkResult('demo/runtime/c', { status: 'error', class: 'code' }),
      ]),
    )?.reasons.join('\n')
    expect(reasons).toContain('It is the worst of 2 checks that are red by themselves; 1 of them is code.')
    expect(reasons).toContain('1 check could not be judged because of what failed')
  })

  it('takes definitions that cannot be read for configuration', () => {
    const diagnostics = [{ file: 'checks/a.yaml', line: 1, column: 1, code: 'x', message: 'wrong' }]
    expect(classify(resultOf([], { diagnostics, verdict: 'no-go', exitCode: 3 }))).toMatchObject({
      class: 'config',
      severity: 'blocker',
    })
  })

  it('has an answer exactly when something is red or warns, whatever the checks', () => {
    const anyCheck = fc.record({
      status: fc.constantFrom(...statuses),
      class: fc.constantFrom(...failureClasses),
      severity: fc.constantFrom(...severities),
    })
    fc.assert(
      fc.property(fc.array(anyCheck, { maxLength: 8 }), (overrides) => {
        const result = resultOf(
          overrides.map((each, index) =>
            checkResult(`demo/config/${index}`, {
              ...each,
              blockedBy: each.status === 'blocked' ? 'demo/config/0' : null,
            }),
          ),
        )
        const roots = rootCauseIds(result)
        expect(classify(result) === undefined).toBe(roots.length === 0)
        if (roots.length > 0) expect(roots.map((root) => root.class)).toContain(classify(result)?.class)
        expect(roots.some(({ status }) => status === 'blocked' || status === 'pass')).toBe(false)
      }),
    )
  })
})
