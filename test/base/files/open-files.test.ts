import { closeSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fewAtATime, openFiles } from '../../../src/base/files/open-files.js'
import { deferred } from '../../../src/base/time/deadline.js'

it.runIf(process.platform === 'linux')('a file that is open is one less that is free', () => {
  const before = openFiles()!
  expect(before.free).toBeLessThan(before.limit)
  const descriptor = openSync('/dev/null', 'r')
  try {
    expect(openFiles()).toEqual({ limit: before.limit, free: before.free - 1 })
  } finally {
    closeSync(descriptor)
  }
})

it('few at a time: what comes later waits, in its turn, also behind what fails', async () => {
  const limited = fewAtATime(2)
  const doors = Array.from({ length: 5 }, () => deferred<void>())
  const begun: number[] = []
  const works = doors.map(({ promise }, index) =>
    limited(async () => {
      begun.push(index)
      await promise
      if (index === 0) throw new Error('it failed')
      return index
    }).catch((error: unknown) => String(error)),
  )
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  await settled()
  expect(begun).toEqual([0, 1])
  doors[0]!.resolve()
  await settled()
  expect(begun).toEqual([0, 1, 2])
  for (const { resolve } of doors) resolve()
  expect(await Promise.all(works)).toEqual(['Error: it failed', 1, 2, 3, 4])
  expect(begun).toEqual([0, 1, 2, 3, 4])
})
