/** What stopped a climb, in the shape of a ladder's `problem` fact. */
export interface Problem<Code extends string = string> {
  readonly code: Code
  readonly class: 'config' | 'dependency' | 'code'
  readonly transient: boolean
  readonly detail: string
}

/**
 * A refusal that could be classified: it ends the climb and becomes the probe's `problem` fact. Anything else that is
 * thrown
 * while climbing is left to be an error.
 */
export class Refusal<Code extends string = string> extends Error {
  override readonly name = 'Refusal'

  constructor(readonly problem: Problem<Code>) {
    super(`${problem.code}: ${problem.detail}`)
  }
}

/** Something the operator's configuration causes; trying again changes nothing. */
export function misconfigured<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'config', transient: false, detail })
}

/** Something the server causes that does not pass by itself. */
export function refusedByPeer<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'dependency', transient: false, detail })
}

/** Something the server causes that may have passed at the next try. */
export function refusedForNow<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'dependency', transient: true, detail })
}
