import { SilenceError } from '../base/errors.js'
import { type Problem, isRefusal } from './refusal.js'
import { attemptClock } from './turn.js'
import { untilAborted } from '../base/time/waiting.js'

interface LadderFacts {
  readonly reached: string
  readonly problem: Problem
  readonly elapsedMs: number
}

type RungOf<Facts extends LadderFacts> = Exclude<Facts['reached'], 'none'>

/** What a probe climbs with: the attempt's signal, and where to note each rung, and each that is not on this way. */
interface Ascent<Rung extends string> {
  readonly signal: AbortSignal
  reach(rung: Rung): void
  bypass(rung: Rung): void
}

/**
 * Facts under way: what is learned is written into them as it is learned, so that a refusal keeps what came before it.
 */
export type Draft<Facts extends LadderFacts> = {
  -readonly [Name in keyof Facts as Name extends 'reached' | 'problem' | 'elapsedMs' ? never : Name]: Facts[Name]
}

/**
 * Climbs a ladder: runs `ascend`, which notes each rung and fills in the draft, and folds the end of it into facts.
 *
 * @param blank the facts of a climb that never left the ground
 * @returns the facts; after a refusal they hold what was learned below it, the deepest rung, and the problem
 * @throws SilenceError when the signal aborts, whatever error that provokes in a driver; anything unclassified as it is
 */
export async function climb<Facts extends LadderFacts>(
  context: { readonly signal: AbortSignal; reached(rung: string): void; bypassed(rung: string): void },
  blank: Facts,
  ascend: (facts: Draft<Facts>, ascent: Ascent<RungOf<Facts>>) => Promise<void>,
): Promise<Facts> {
  const { signal } = context
  const draft = { ...blank }
  const began = attemptClock()
  const ended = () => ({ reached: deepest, elapsedMs: Math.round(attemptClock() - began) })
  let deepest: string = 'none'
  const noted = new Set<string>()
  const reach = (rung: string): void => {
    // A second way in (without TLS, say) starts over at rungs that were reached before.
    if (noted.has(rung)) return
    noted.add(rung)
    deepest = rung
    context.reached(rung)
  }
  try {
    await untilAborted(signal, ascend(draft, { signal, reach, bypass: (rung) => context.bypassed(rung) }))
    return { ...draft, ...ended() }
  } catch (error) {
    if (signal.aborted) throw new SilenceError(`no answer within the time limit; reached: ${deepest}`)
    if (isRefusal(error)) return { ...draft, ...ended(), problem: error.problem }
    throw error
  }
}
