/** The lines of a step's message that say something; the first is its summary. */
export function messageLines(message: string): readonly string[] {
  return message
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The first line of a step's message: the rest is with the step. Empty stays empty. */
export function summaryOf(message: string): string {
  return messageLines(message)[0] ?? ''
}
