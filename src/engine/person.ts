/** Somebody who can be asked. Every question may be refused; without a terminal every question is. */
export interface Person {
  /**
   * Asks to type exactly the expected text.
   *
   * @returns what was typed
   * @throws UnansweredError when no one is there, at the end of input, and when the signal aborts
   */
  type(question: Question, expected: string, signal: AbortSignal): Promise<string>
  /** Asks for a line of text, which may be empty. @throws UnansweredError */
  line(question: Question, signal: AbortSignal): Promise<string>
  /** Asks to pick one. @returns its value @throws UnansweredError */
  pick(
    question: Question,
    options: readonly { readonly value: string; readonly title: string }[],
    signal: AbortSignal,
  ): Promise<string>
  /** Asks for something that is not shown while it is typed. @throws UnansweredError */
  secret(question: Question, signal: AbortSignal): Promise<string>
}

export interface Question {
  /** One line. */
  readonly ask: string
  /** Shown above it: what to do, what is at stake. */
  readonly explain?: string
}

/** A question without an answer: a refusal. `hint` says how to answer without a terminal. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message)
  }
}
