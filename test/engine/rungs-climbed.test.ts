import { expect, it } from 'vitest'
import { Climb } from '../../src/engine/probe-attempt.js'

const rungs = ['resolve', 'connect', 'hello']
function climb(known: readonly string[] | undefined, ...reached: readonly string[]): string {
  const ladder = new Climb(known)
  for (const rung of reached) ladder.reach(rung)
  return ladder.explain('silence')
}

it('tells the deepest rung and the one after it', () => {
  expect(climb(rungs)).toBe('silence; reached: nothing, next: resolve')
  expect(climb(rungs, 'resolve', 'connect')).toBe('silence; reached: connect, next: hello')
  expect(climb(rungs, 'connect', 'resolve')).toBe('silence; reached: connect, next: hello')
  expect(climb(rungs, ...rungs)).toBe('silence; reached: hello')
})

it('passes over what is not on this way', () => {
  const ladder = new Climb(['resolve', 'connect', 'tls', 'hello'])
  ladder.reach('connect')
  ladder.bypass('tls')
  expect(ladder.explain('silence')).toBe('silence; reached: connect, next: hello')
  ladder.reach('hello')
  expect(ladder.explain('silence')).toBe('silence; reached: hello')
})

it('tells no rung of a probe that is not a ladder, unless the probe names one', () => {
  expect(climb(undefined)).toBe('silence')
  expect(climb(undefined, 'spawned')).toBe('silence; reached: spawned')
})
