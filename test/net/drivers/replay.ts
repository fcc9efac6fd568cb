import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import type { Vector } from './vectors.js'

/** Reads a vector as far as its driver gets without a server: what it would connect with, or the words of a refusal. */
type Read<Accepted> = (vector: Vector<Accepted>) => Promise<Accepted | string>

/**
 * Refused here although the driver takes it: the words of the refusal, how many there are at most, and why it is meant.
 */
export type OnPurpose = readonly [words: RegExp, most: number, reason: string]

interface Replay<Accepted> {
  /** Taken here and refused by the driver. */
  readonly falseGreens: readonly Vector<Accepted>[]
  /** Taken by the driver, and refused here not on purpose or read differently. */
  readonly different: readonly { readonly vector: Vector<Accepted>; readonly reading: Accepted | string }[]
  /** How many each pattern has refused. */
  readonly refusedOnPurpose: readonly number[]
}

/** Compares a reader with what was recorded from its driver. */
export async function replay<Accepted>(
  vectors: readonly Vector<Accepted>[],
  read: Read<Accepted>,
  onPurpose: readonly OnPurpose[],
): Promise<Replay<Accepted>> {
  const falseGreens: Vector<Accepted>[] = []
  const different: Replay<Accepted>['different'][number][] = []
  const refusedOnPurpose = onPurpose.map(() => 0)
  for (const vector of vectors) {
    const reading = await read(vector)
    if (vector.accepted === undefined) {
      if (typeof reading !== 'string') falseGreens.push(vector)
      continue
    }
    const pattern = typeof reading === 'string' ? onPurpose.findIndex(([words]) => words.test(reading)) : -1
    if (pattern !== -1) refusedOnPurpose[pattern]! += 1
    else if (!isDeepStrictEqual(reading, vector.accepted)) different.push({ vector, reading })
  }
  return { falseGreens, different, refusedOnPurpose }
}

/**
 * The same for a mistaken reader: the right one, given the URL that the mistake amounts to. Only vectors whose URL that
 * changes are read.
 *
 * @throws Error when the mistake changes no URL, so that nothing is proven
 */
export async function replayMistake<Accepted>(
  vectors: readonly Vector<Accepted>[],
  read: Read<Accepted>,
  mistake: (url: string) => string,
  onPurpose: readonly OnPurpose[],
): Promise<Replay<Accepted>> {
  const changed = vectors.filter(({ url }) => mistake(url) !== url)
  if (changed.length === 0) throw new Error('this mistake changes no URL')
  return replay(changed, (vector) => read({ ...vector, url: mistake(vector.url) }), onPurpose)
}

/** At most 1% of the vectors are refused on purpose, in at most 20 patterns, none of them over 0.5%. */
export function expectFew(counts: readonly number[], onPurpose: readonly OnPurpose[], total: number): void {
  expect(onPurpose.length).toBeLessThanOrEqual(20)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(total * 0.01)
  for (const [index, [words, most]] of onPurpose.entries())
    expect(counts[index], String(words)).toBeLessThanOrEqual(Math.min(most, total * 0.005))
}
