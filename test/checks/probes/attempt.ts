import type { z } from 'zod'
import type { Probe } from '../../../src/engine/probe.js'
import { contextOf, type Surroundings } from './observe.js'

/** How an attempt ended, and the rungs it noted on the way. */
export interface Attempt<Facts> {
  readonly facts: Facts | undefined
  readonly error: unknown
  readonly rungs: readonly string[]
}

/**
 * Lets a probe observe once under a time limit, and tells of an attempt that did not come to facts as well.
 *
 * @param limit milliseconds until the signal aborts
 */
export async function attempt<Input extends z.ZodType, Facts extends z.ZodObject>(
  probe: Probe<Input, Facts>,
  input: z.input<Input>,
  limit: number,
  surroundings: Surroundings = {},
): Promise<Attempt<z.output<Facts>>> {
  const rungs: string[] = []
  const context = {
    ...contextOf({ ...surroundings, limit, signal: AbortSignal.timeout(limit) }),
    reached: (rung: string) => void rungs.push(rung),
  }
  try {
    return { facts: probe.facts.parse(await probe.observe(probe.input.parse(input), context)), error: undefined, rungs }
  } catch (error) {
    return { facts: undefined, error, rungs }
  }
}
