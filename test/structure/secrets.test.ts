import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Source {
  readonly file: string
  /** Without comments, which may speak of anything. */
  readonly text: string
}

const sources: readonly Source[] = ['src', 'commands'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '') })),
)

const filesWith = (pattern: RegExp): string[] =>
  sources
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .sort()
const isIn =
  (rooms: readonly string[]) =>
  (file: string): boolean =>
    rooms.some((room) => file === room || file.startsWith(`${room}/`))

/** The one place that reads what this process was started with. */
const SURROUNDINGS = 'src/base/own-environment.ts'

/** What of the model reads a variable with its driver, whose password is compared and never kept. */
const URL_READING = ['src/environment/driver-context.ts', 'src/environment/read-variable.ts']

/** Rooms that hand a raw value to a driver, a child process, an expression, or the redactor. No other needs one. */
const REVEALING = [
  'src/checks',
  'src/runbooks',
  'src/incidents',
  'src/attestation',
  'src/environment/sources',
  'src/environment/tested-environment.ts',
  'src/net',
  ...URL_READING,
]

/** What the redaction room offers to the others; all else in it is its own. */
const OFFERED = [
  'redact',
  'secret-value',
  'error-redactor',
  'url-without-passwords',
  'value-shape',
  'unmaskable-notice',
]
const inner = readdirSync(join(root, 'src/redaction'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !OFFERED.includes(name))

/** Rooms whose words a person or a program reads on standard output and standard error. */
const SPEAKING = ['src/cli', 'commands']

/** Scripted peers, and programs as text, with credentials that the self-test made up a moment ago. */
const isInventing = (file: string): boolean =>
  file.endsWith('.self-test.ts') || file.startsWith('src/checks/probes/peers/')

describe('a secret', () => {
  it('is looked for in sources that are there', () => {
    expect(sources.length).toBeGreaterThan(300)
    expect(filesWith(/\bclass Secret\b/)).toEqual(['src/redaction/secret-value.ts'])
  })

  it("comes from the process's environment in one place only, whatever way it could be read", () => {
    expect(
      filesWith(/\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[\s*['"`]env|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/),
    ).toEqual([SURROUNDINGS])
    expect(filesWith(/import\s[^;]*?from\s*['"](?:node:)?process['"]/)).toEqual([])
    expect(filesWith(/\/proc\/self\/environ|\bprocess\.report\b/)).toEqual([])
  })

  it("comes from another process's environment by way of two rooms only", () => {
    expect(filesWith(/\/environ[`'"]/).filter((file) => !isIn(['src/environment', 'src/processes'])(file))).toEqual([])
  })

  it('is revealed only by what hands it on, never by what prints', () => {
    const revealing = filesWith(/\.reveal\s*\(/)
    expect(revealing.length).toBeGreaterThan(10)
    expect(revealing.filter((file) => !isIn(REVEALING)(file))).toEqual([])
  })

  it('is not a part of what is kept or passed on as plain text', () => {
    const names = 'password|passwd|passphrase|secret|token|apiKey|privateKey|credentials?|authorization|cookie'
    const fields = new RegExp(`^\\s*readonly (?:${names})\\??: (?:string|readonly string\\[\\])`, 'm')
    // The secret probe compares values of one run, which live as long as its attempt.
    // The parts of a URL live as long as it is read.
    const isMomentary = isIn(['src/checks/probes/secret', 'src/net/drivers/python-url.ts'])
    expect(filesWith(fields).filter((file) => !isInventing(file) && !isMomentary(file))).toEqual([])
  })

  it('cannot be distinguished from a marker of another kind', () => {
    expect(filesWith(/['"`]\[redacted\]['"`]/)).toEqual(['src/redaction/marker.ts'])
  })

  it('meets one redactor only', () => {
    const inside = filesWith(new RegExp(`from '[^']*/(?:${inner.join('|')})\\.js'`)).filter(
      (file) => !file.startsWith('src/redaction/'),
    )
    expect(inside).toEqual([])
    expect(
      filesWith(/\bcreateRedactor\s*\(/).filter(
        (file) => !isIn(['src/checks', 'src/runbooks', 'src/incidents', 'src/attestation', 'src/redaction'])(file),
      ),
    ).toEqual([])
  })

  it('is never a pattern: what knows values builds no expression of them', () => {
    const files = readdirSync(join(root, 'src/redaction')).filter((file) =>
      /^(?:known-|pieces|escape-forms|window-index|whole-index|dsn)/.test(file),
    )
    expect(files.length).toBe(6)
    expect(
      files.filter((file) => /new RegExp\(/.test(readFileSync(join(root, 'src/redaction', file), 'utf8'))),
    ).toEqual([])
  })

  it('meets no output but by way of the rooms that speak', () => {
    expect(filesWith(/\bprocess\.(?:stdout|stderr)\b/).filter((file) => !isIn(SPEAKING)(file))).toEqual([])
    expect(filesWith(/\bconsole\s*\./).filter((file) => !isInventing(file))).toEqual([])
  })
})
