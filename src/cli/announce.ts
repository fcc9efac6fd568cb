/** A line for whoever waits, on standard error. */
export function announce(text: string): void {
  process.stderr.write(`sandbox: ${text}\n`)
}
