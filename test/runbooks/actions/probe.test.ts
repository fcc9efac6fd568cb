import { describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/probe.js'
import { performWith } from './support/step-of-run.js'

it('asks once and hands on what was seen, with its signal', async () => {
  const { signal } = new AbortController()
  const asked: AbortSignal[] = []
  const probe = {
    observe(given: AbortSignal) {
      asked.push(given)
      return Promise.resolve({ level: 1 })
    },
    isLoginRefused: () => false,
    complaint: () => 'not judged here',
  }
  expect(await performWith(action, {}, { probe, signal })).toEqual({ level: 1 })
  expect(asked).toEqual([signal])
})

it('throws what keeps the probe from observing', async () => {
  const probe = {
    observe: () => Promise.reject(new Error('no answer within 3s')),
    isLoginRefused: () => false,
    complaint: () => undefined,
  }
  await expect(performWith(action, {}, { probe })).rejects.toThrow('no answer within 3s')
})

describe('by itself', () => {
  it('has no expectation that could pass, and takes nothing beside its probe', () => {
    expect(action.expect).toEqual(['false'])
    expect(action.input.safeParse({ every: '1s' }).success).toBe(false)
  })

  it('does nothing without a probe', async () => {
    await expect(performWith(action, {}, { probe: undefined })).rejects.toThrow('without a probe')
  })
})
