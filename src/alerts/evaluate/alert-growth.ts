import type { GrowthCondition } from '../alert-definition.js'
import type { ConditionAnswer, GrowthSample } from './condition-reading.js'

interface Growth {
  readonly answer: ConditionAnswer
  readonly message: string
  /** What the figure must exceed, as far as the rounds reach back. */
  readonly limit: number | undefined
}

/** The samples of the rounds in a row in which one process was seen: the latest, and as many as are looked back at. */
export function withSample(
  samples: readonly GrowthSample[],
  latest: GrowthSample,
  { rounds }: Pick<GrowthCondition, 'rounds'>,
): readonly GrowthSample[] {
  const own = samples.at(-1)?.process === latest.process ? samples : []
  return [...own, latest].slice(-(rounds + 1))
}

/**
 * Whether a figure rose in each of the last rounds, and by more than a share over all of them. One round in which it
 * did not rise settles that, however short the history is.
 *
 * @param samples of one process, of rounds in a row, the latest last; at least one
 */
export function judgeGrowth(
  samples: readonly GrowthSample[],
  { rounds, above }: Pick<GrowthCondition, 'rounds' | 'above'>,
): Growth {
  const known = samples.slice(-(rounds + 1))
  const first = known[0]!.figure
  const last = known.at(-1)!.figure
  const steps = known.slice(1).map(({ figure }, index) => figure - known[index]!.figure)
  const limit = first + Math.abs(first) * (above / 100)
  if (steps.some((step) => step <= 0))
    return { answer: 'does-not-hold', message: `it did not rise in each of the last ${rounds} rounds`, limit }
  if (steps.length < rounds)
    return {
      answer: 'unknown',
      message: `only ${steps.length} of ${rounds} rounds of this process are known: \`preflight alerts --watch\` keeps the history`,
      limit: undefined,
    }
  const percent = first === 0 ? Infinity : ((last - first) / Math.abs(first)) * 100
  const by = Number.isFinite(percent) ? ` by ${percent.toFixed(1)}%` : ''
  return last > limit
    ? { answer: 'holds', message: `it rose in each of the last ${rounds} rounds,${by} in all`, limit }
    : {
        answer: 'does-not-hold',
        message: `it rose in each of the last ${rounds} rounds,${by} in all: not above ${above}%`,
        limit,
      }
}
