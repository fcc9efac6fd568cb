import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDuration, formatLimit, longestDuration, parseDuration } from '../../../src/base/time/duration.js'

it.each([
  ['500ms', 500],
  ['2s', 2000],
  ['1.5m', 90_000],
  ['24h', longestDuration],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

it.each(['', '5', '0s', '0.0001s', '-1s', '1 s', '25h', '1d', '1e3s', '５s', '1s\n', '1h30m'])(
  '%j is not a duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

it.each([
  [0, '0ms'],
  [999.4, '999ms'],
  [999.6, '1.0s'],
  [1000, '1.0s'],
  [59_949, '59.9s'],
  [59_951, '1m00s'],
  [60_000, '1m00s'],
  [125_999, '2m05s'],
  [3_599_999, '59m59s'],
  [3_600_000, '1h00m'],
  [86_399_999, '23h59m'],
])('%d milliseconds took %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

it.each([
  [50, '50ms'],
  [1000, '1s'],
  [90_000, '90s'],
  [3_600_000, '1h'],
  [longestDuration, '24h'],
  [1234, '1.2s'],
])('a limit of %d milliseconds is %s', (milliseconds, text) => {
  expect(formatLimit(milliseconds)).toBe(text)
})

it('a limit of whole seconds reads as it was written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 86_400 }),
      (seconds) => parseDuration(formatLimit(seconds * 1000)) === seconds * 1000,
    ),
  )
})
