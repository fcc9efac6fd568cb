import { expect, it } from 'vitest'
import { readOpenFileLimits, readPressure } from '../../src/host/figures.js'

it('reads pressure', () => {
  const text = 'some avg10=1.50 avg60=0.25 avg300=0.00 total=123\nfull avg10=0.00 avg60=0.00 avg300=0.10 total=5\n'
  expect(readPressure(text)).toEqual({
    some: { seconds10: 1.5, seconds60: 0.25, seconds300: 0 },
    full: { seconds10: 0, seconds60: 0, seconds300: 0.1 },
  })
  expect(readPressure('')).toEqual({})
})

it('reads the limit of open files, none among them', () => {
  expect(
    readOpenFileLimits(
      'Limit  Soft Limit Hard Limit Units\nMax open files            1024                 unlimited            files     \n',
    ),
  ).toEqual({ most: 1024, mostIfRaised: null })
  expect(readOpenFileLimits('')).toEqual({ most: -1, mostIfRaised: -1 })
})
