import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/base/errors.js'
import { findId } from '../../../src/base/files/state-folder.js'

const words = { noun: 'result', folder: '/state/results', listedBy: 'preflight history' }
const ids = ['aaa-111', 'aab-222', 'bbb-222']
const refusal = (named: string, among: readonly string[] = ids): UsageError => {
  try {
    findId(among, named, words)
  } catch (error) {
    if (error instanceof UsageError) return error
    throw error
  }
  throw new Error('it was found')
}

describe('an id', () => {
  it.each([
    ['last', 'bbb-222'],
    ['aaa-111', 'aaa-111'],
    ['aaa', 'aaa-111'],
    ['b', 'bbb-222'],
    ['111', 'aaa-111'],
  ])('is found by %s', (named, id) => {
    expect(findId(ids, named, words)).toBe(id)
  })

  it('is not guessed', () => {
    expect(refusal('222').message).toBe('222 matches 2 results: aab-222, bbb-222')
    expect(refusal('aaa-112').hint).toBe('did you mean aaa-111?')
    expect(refusal('').message).toContain('unknown result')
    expect(refusal('zzzzzzzzzzzz').hint).toBe('`preflight history` lists them')
    expect(refusal('last', []).message).toBe('no results in /state/results')
  })
})
