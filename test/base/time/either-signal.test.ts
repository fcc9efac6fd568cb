import { expect, it } from 'vitest'
import { eitherOf } from '../../../src/base/time/deadline.js'

it.each([0, 1])('is aborted with either of its sources, and with its reason', (index) => {
  const sources = [new AbortController(), new AbortController()] as const
  const { signal } = eitherOf(sources[0].signal, sources[1].signal)
  expect(signal.aborted).toBe(false)
  sources[index]!.abort('because')
  expect(signal.reason).toBe('because')
})

it('is aborted from the start when a source is, and no more once it is disposed of', () => {
  const fresh = new AbortController()
  expect(eitherOf(AbortSignal.abort('before'), fresh.signal).signal.reason).toBe('before')
  const { signal, dispose } = eitherOf(fresh.signal, new AbortController().signal)
  dispose()
  fresh.abort()
  expect(signal.aborted).toBe(false)
})
