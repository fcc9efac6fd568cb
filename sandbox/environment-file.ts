import { writeFileSync } from 'node:fs'

const plain = /^[A-Za-z0-9_./:@%+,=-]+$/

/**
 * One assignment that python-dotenv, a shell and systemd read alike: bare where nothing needs quoting, single quotes
 * where the value can be literal, else double quotes.
 *
 * @throws RangeError when there is no way to write the value that they all read alike; the message does not hold it
 */
export function assignment(name: string, value: string): string {
  if (plain.test(value)) return `${name}=${value}`
  if (/[\0\r\n]/.test(value)) throw new RangeError(`the value of ${name} is more than one line of text`)
  if (!/'|\\\\|\\$|\$\{/.test(value)) return `${name}='${value}'`
  if (!/["\\$`]/.test(value)) return `${name}="${value}"`
  throw new RangeError(
    `the value of ${name} cannot be written so that every reader of environment files reads the same`,
  )
}

/** Writes variables as an env file that only its owner can read. */
export function writeEnvironmentFile(path: string, environment: Readonly<Record<string, string>>): void {
  const lines = Object.entries(environment).map(([name, value]) => assignment(name, value))
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}
