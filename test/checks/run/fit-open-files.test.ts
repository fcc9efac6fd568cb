import { expect, it } from 'vitest'
import { fitOpenFiles } from '../../../src/checks/run/fit-open-files.js'

it.each([
  ['as many as were asked for', 512, 1000, { limit: 4096, free: 4000 }, 512],
  ['where no limit is known', 512, 1000, undefined, 512],
  ['as many as there are, where they fit', 512, 5, { limit: 64, free: 44 }, 512],
])('%s', (_, asked, checks, files, concurrency) => {
  expect(fitOpenFiles(asked, checks, files)).toEqual({ concurrency, notices: [] })
})

it('fewer where the limit is low, with the limit that would be enough', () => {
  expect(fitOpenFiles(512, 100, { limit: 64, free: 44 })).toEqual({
    concurrency: 5,
    notices: [
      '5 checks at a time, not 100: this process may open 64 files, and 44 are left; to run 100 at a time, raise the ' +
        'limit with `ulimit -n 444` or more',
    ],
  })
  expect(fitOpenFiles(100, 100, { limit: 444, free: 424 })).toEqual({ concurrency: 100, notices: [] })
})

it('one at least', () => {
  expect(fitOpenFiles(8, 100, { limit: 30, free: 3 })).toMatchObject({
    concurrency: 1,
    notices: [expect.stringMatching(/^1 check at a time, not 8:/)],
  })
})
