import { readFileSync } from 'node:fs'

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', '"': '"', '\\': '\\' }

function valueOf(text: string): string {
  if (text.startsWith("'") && text.endsWith("'") && text.length > 1) return text.slice(1, -1)
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text
  return text.slice(1, -1).replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole)
}

/** The variables of a `.env` file, as the bus finds them in its working folder; the last assignment of a name wins. */
export function readDotEnv(path: string): Record<string, string> {
  const assignments = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
  return Object.fromEntries(assignments.map(([, name = '', value = '']) => [name, valueOf(value)]))
}
