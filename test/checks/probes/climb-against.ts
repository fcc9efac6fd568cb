import type { z } from 'zod'
import { SilenceError } from '../../../src/base/errors.js'
import type { Probe } from '../../../src/engine/probe.js'
import { contextOf } from './observe.js'

interface ClimbEnd {
  readonly reached: string
  /** A problem's code, `none`, or `silence`. */
  readonly code: string
}

/**
 * Lets a ladder probe climb against a peer that may fall silent: once the peer is where it stays, and the rung expected
 * was noted, the attempt is cut off, as a time limit would.
 *
 * @param silent settles when the peer will say nothing more; never, for one that answers
 * @param rung after which silence is expected; `none` when the first answer is never reached
 */
export async function climbAgainst<Input extends z.ZodType, Facts extends z.ZodObject>(
  probe: Probe<Input, Facts>,
  input: z.input<Input>,
  silent: Promise<void>,
  rung: string,
): Promise<ClimbEnd> {
  const attempt = new AbortController()
  let deepest = 'none'
  let noted: () => void = () => {}
  const isThere = new Promise<void>((fulfil) => (noted = fulfil))
  const context = {
    ...contextOf({ signal: attempt.signal }),
    reached(reached: string) {
      deepest = reached
      if (reached === rung) noted()
    },
  }
  if (rung === 'none') noted()
  void Promise.all([silent, isThere]).then(() => attempt.abort())
  try {
    const facts = probe.facts.parse(await probe.observe(probe.input.parse(input), context)) as {
      readonly reached: string
      readonly problem: { readonly code: string }
    }
    return { reached: facts.reached, code: facts.problem.code }
  } catch (error) {
    if (error instanceof SilenceError) return { reached: deepest, code: 'silence' }
    throw error
  }
}
