import { Chalk } from 'chalk'
import { expect, it } from 'vitest'
import { resultDifferenceText } from '../../../src/checks/text/result-difference-text.js'
import { differenceOfResults } from '../../../src/checks/result/result-difference.js'
import { checkResult, resultOf } from '../../incidents/documents.js'

const style = { chalk: new Chalk({ level: 0 }), width: 100 }

it('says what is worse first, and then everything else', () => {
  const secret = { bytes: '32+', bits: '112+', layer: 'raw', humanShaped: false }
  const before = resultOf([
    checkResult('a/b/redis', { facts: { version: '7.2' } }),
    checkResult('a/b/key', { facts: { ...secret, fingerprint: 'aa' } }),
    checkResult('a/b/gone'),
    checkResult('a/b/mended', { status: 'fail' }),
  ])
  const after = resultOf([
    checkResult('a/b/redis', {
      status: 'fail',
      message: 'redis is \u001B[31m8.0',
      facts: { version: '8.0' },
      durationMs: 4000,
    }),
    checkResult('a/b/key', { facts: { ...secret, fingerprint: 'bb' } }),
    checkResult('a/b/mended'),
  ])
  const text = resultDifferenceText(
    differenceOfResults(before, { ...after, run: { ...after.run, profile: 'staging' } }, 3),
    style,
  )
  expect(text).toBe(`WORSE  2 checks
before  2026-01-02 03:04:05 UTC  no-go (exit 1)  run run-2
after   2026-01-02 03:04:05 UTC  no-go (exit 1)  run run-2

Different circumstances (1)
  profile: prod → staging

Newly failing (1)
  ✖ a/b/redis  what a/b/redis stands for is so
    pass → fail
    redis is \\e[31m8.0

No longer declared (1)
  ✖ a/b/gone  what a/b/gone stands for is so
    pass → no outcome

Newly green (1)
  · a/b/mended  what a/b/mended stands for is so
    fail → pass

Changed facts (1)
  a/b/redis
    version: 7.2 → 8.0

Whether a secret of the same size and shape changed cannot be seen in results; \`preflight snapshot\`
with a --key-file can.

Slower (1)
  a/b/redis: 12ms → 4.0s
`)
})

it('says so when nothing is worse', () => {
  const same = resultOf([checkResult('a/b/c')])
  expect(resultDifferenceText(differenceOfResults(same, same, 3), style)).toBe(`NOT WORSE
before  2026-01-02 03:04:05 UTC  go (exit 0)  run run-2
after   2026-01-02 03:04:05 UTC  go (exit 0)  run run-2
`)
})
