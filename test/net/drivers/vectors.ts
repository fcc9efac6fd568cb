import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One URL that a driver was given, and what it made of it. `Accepted` is what the recorder of that driver writes. */
export interface Vector<Accepted> {
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
  readonly accepted?: Accepted
  readonly error?: string
}

/** The vectors recorded from a driver by `scripts/driver-vectors`, after the line that tells where they come from. */
export function readVectors<Accepted>(driver: string): {
  readonly origin: Readonly<Record<string, unknown>>
  readonly vectors: readonly Vector<Accepted>[]
} {
  const [first = '', ...lines] = readFileSync(
    join(import.meta.dirname, `../../fixtures/driver-vectors/${driver}.jsonl`),
    'utf8',
  )
    .trimEnd()
    .split('\n')
  return {
    origin: JSON.parse(first) as Record<string, unknown>,
    vectors: lines.map((line) => JSON.parse(line) as Vector<Accepted>),
  }
}
