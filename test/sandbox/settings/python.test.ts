import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseFloating, parseInteger, strip } from '../../../sandbox/settings/python.js'

// The expectations were taken from CPython 3.11.
it.each([
  ['9100', 9100n],
  [' 9100\n', 9100n],
  ['+9_100', 9100n],
  ['-0', 0n],
  ['007', 7n],
  ['٩١٠٠', 9100n],
  ['\u00a0１２', 12n],
  ['𝟗', 9n],
  ['\u001c٣', 3n],
])('int(%j) is %s', (text, value) => {
  expect(parseInteger(text)).toBe(value)
})

it.each(['', ' ', '9100/tcp', '1e6', '9_', '_9', '9__1', '+ 1', '0x1f', '1.0', '²', '\ufeff1', '\u001c1', '--1'])(
  'int(%j) raises',
  (text) => {
    expect(parseInteger(text)).toBeUndefined()
  },
)

it.each([
  ['1', 1],
  ['.5', 0.5],
  ['5.', 5],
  ['1_0.0_1e1_0', 100_100_000_000],
  [' -2.5e-1 ', -0.25],
  ['Infinity', Infinity],
  ['-inf', -Infinity],
  ['nan', NaN],
])('float(%j) is %s', (text, value) => {
  expect(parseFloating(text)).toBe(value)
})

it.each(['', '.', '1._5', '1_.5', '0x1', 'infinit', '1e', '\u001c1'])('float(%j) raises', (text) => {
  expect(parseFloating(text)).toBeUndefined()
})

it('reads every integer as Python prints it', () => {
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      expect(parseInteger(String(value))).toBe(value)
    }),
  )
})

it('strips other blanks than JavaScript does', () => {
  expect(strip('\u001c\u0085 a\u2003')).toBe('a')
  expect(strip('\ufeffa')).toBe('\ufeffa')
})
