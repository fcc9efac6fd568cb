import { writeFileSync } from 'node:fs'

const plain = /^[A-Za-z0-9_./:@%+,=-]+$/

/**
 * One assignment in the env-file grammar: bare where nothing needs quoting, single quotes where the value can stand literally,
 * else double quotes with \\\\, \\", \\n and \\r.
 */
export function assignment(name: string, value: string): string {
  if (plain.test(value)) return `${name}=${value}`
  if (!/['\n\r]/.test(value)) return `${name}='${value}'`
  const escaped = value.replace(/[\\"\n\r]/g, (character) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' })[character] ?? character)
  return `${name}="${escaped}"`
}

/** Writes variables as an env file that only its owner can read. */
export function writeEnvironmentFile(path: string, environment: Readonly<Record<string, string>>): void {
  const lines = Object.entries(environment).map(([name, value]) => assignment(name, value))
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}
