import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDockerFile } from '../../../src/environment/sources/docker-file.js'
import { parseDotenvFile } from '../../../src/environment/sources/dotenv/dotenv-file.js'
import { parseEnvironmentFile, type ReadEnvironment } from '../../../src/environment/sources/read-environment.js'
import { parseShellFile } from '../../../src/environment/sources/shell/shell-file.js'
import { parseSystemdFile } from '../../../src/environment/sources/systemd-assignment.js'

/** What python-dotenv made of the files: scripts/driver-vectors/python-dotenv.py. */
interface Vector {
  readonly text: string
  readonly process: Readonly<Record<string, string>>
  /** `null` for a name alone, which stays unset. */
  readonly result: Readonly<Record<string, string | null>>
  readonly warnings: number
}

const [head = '', ...lines] = readFileSync(
  join(import.meta.dirname, '../../fixtures/driver-vectors/python-dotenv.jsonl'),
  'utf8',
)
  .trimEnd()
  .split('\n')
const vectors = lines.map((line) => JSON.parse(line) as Vector)

const isGreen = ({ diagnostics, unknown }: ReadEnvironment): boolean => diagnostics.length === 0 && unknown.length === 0
const valuesOf = ({ variables }: ReadEnvironment) =>
  Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
const setBy = ({ result }: Vector) => Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null))

describe('what python-dotenv made of a file', () => {
  const read = vectors.map((vector) => ({
    vector,
    read: parseDotenvFile(Buffer.from(vector.text), 'bus.env', new Map(Object.entries(vector.process))),
  }))

  it('was recorded with the version that is meant, often enough', () => {
    expect(JSON.parse(head)).toMatchObject({
      'python-dotenv': expect.stringMatching(/^1\.2\./) as string,
      generator: 'scripts/driver-vectors/python-dotenv.py',
    })
    expect(vectors.length).toBeGreaterThanOrEqual(500)
    expect(vectors.filter(({ warnings }) => warnings > 0).length).toBeGreaterThan(50)
  })

  it('is what reader dotenv makes of it, wherever nothing is refused', () => {
    const green = read.filter((each) => isGreen(each.read))
    expect(green.length).toBeGreaterThan(vectors.length * 0.5)
    for (const each of green) expect(valuesOf(each.read), JSON.stringify(each.vector)).toEqual(setBy(each.vector))
  })

  it('is an error where it skipped something with a warning, at as many places', () => {
    for (const {
      vector,
      read: { diagnostics },
    } of read)
      expect(diagnostics.filter(({ code }) => code === 'skipped-line').length, JSON.stringify(vector)).toBe(
        vector.warnings,
      )
  })

  it('is refused beyond that only for two values of a name, or a name that no container takes', () => {
    const beyond = read.filter((each) => each.vector.warnings === 0 && !isGreen(each.read))
    expect(
      new Set(
        beyond.flatMap((each) =>
          [...each.read.diagnostics, ...each.read.unknown.map(([, reason]) => reason)].map(({ code }) => code),
        ),
      ),
    ).toEqual(new Set(['duplicate-variable', 'variable-name']))
  })
})

describe('the grammar without a reader', () => {
  const green = vectors
    .map((vector) => ({ vector, read: parseEnvironmentFile(Buffer.from(vector.text), 'bus.env') }))
    .filter((each) => isGreen(each.read))

  it('accepts enough of the files to say something', () => expect(green.length).toBeGreaterThan(150))

  it('gives the values of python-dotenv', () => {
    for (const { vector, read } of green) {
      const own = Object.fromEntries(
        Object.entries(valuesOf(read)).filter(([name]) => !Object.hasOwn(vector.process, name)),
      )
      expect(own, JSON.stringify(vector)).toEqual(vector.result)
    }
  })

  it('gives the values of the readers of systemd and of a shell, and docker keeps but the quotes', () => {
    for (const {
      vector: { text },
      read,
    } of green) {
      const bytes = Buffer.from(text)
      const [systemd, shell, docker] = [
        parseSystemdFile(bytes, 'f'),
        parseShellFile(bytes, 'f', undefined),
        parseDockerFile(bytes, 'f', undefined),
      ]
      expect([isGreen(systemd), isGreen(shell)], JSON.stringify(text)).toEqual([true, true])
      expect([valuesOf(systemd), valuesOf(shell)], JSON.stringify(text)).toEqual([valuesOf(read), valuesOf(read)])
      // Of two ways to quote one value docker makes two values.
      if (isGreen(docker))
        expect(
          Object.fromEntries(
            Object.entries(valuesOf(docker)).map(([name, value]) => [
              name,
              value.replace(/^(['"])(.*)\1[ \t]*$/s, '$2'),
            ]),
          ),
          JSON.stringify(text),
        ).toEqual(valuesOf(read))
      else expect(docker.diagnostics.map(({ code }) => code)).toEqual(['duplicate-variable'])
    }
  })
})

describe('a real shell', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'dotenv-vectors-'))

  /** What `set -a; . FILE` exports for the files, in one process of sh that starts a subshell for each. */
  function sourced(texts: readonly string[]): readonly (Readonly<Record<string, string>> | undefined)[] {
    const place = folder()
    try {
      texts.forEach((text, index) => writeFileSync(join(place, `${index}.env`), text))
      const script = `i=0; while [ $i -lt ${texts.length} ]; do (/usr/bin/env -i HOME=/nowhere /bin/sh -c 'set -a; . "$0" && exec /usr/bin/env -0' "${place}/$i.env" > "${place}/$i.out" 2> /dev/null && : > "${place}/$i.ok"); i=$((i+1)); done`
      execFileSync('/bin/sh', ['-c', script])
      return texts.map((_text, index) => {
        try {
          readFileSync(join(place, `${index}.ok`))
        } catch {
          return undefined
        }
        const pairs = readFileSync(join(place, `${index}.out`), 'utf8')
          .split('\0')
          .filter((each) => each !== '')
        return Object.fromEntries(
          pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
        )
      })
    } finally {
      rmSync(place, { recursive: true })
    }
  }

  it.each([
    ['the grammar without a reader', (text: string) => parseEnvironmentFile(Buffer.from(text), 'f')],
    ['reader shell', (text: string) => parseShellFile(Buffer.from(text), 'f', undefined)],
  ])(
    'exports what %s reads',
    (_title, parse) => {
      const accepted = vectors
        .map(({ text }) => ({ text, read: parse(text) }))
        .filter(({ read }) => isGreen(read))
        .slice(0, 150)
      expect(accepted.length).toBe(150)
      const shells = sourced(accepted.map(({ text }) => text))
      for (const [index, { text, read }] of accepted.entries()) {
        const own = Object.fromEntries(
          Object.entries(shells[index] ?? { failed: 'yes' }).filter(
            ([name]) => !['HOME', 'PWD', 'OLDPWD', '_'].includes(name),
          ),
        )
        expect(own, JSON.stringify(text)).toEqual(valuesOf(read))
      }
    },
    60_000,
  )
})
