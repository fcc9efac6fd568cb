import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDotenvFile } from '../../src/environment/sources/dotenv/dotenv-file.js'
import { parseEnvironmentFile } from '../../src/environment/sources/read-environment.js'
import { parseShellFile } from '../../src/environment/sources/shell/shell-file.js'
import { parseSystemdFile } from '../../src/environment/sources/systemd-assignment.js'
import { assignment, writeEnvironmentFile } from '../../sandbox/environment-file.js'
import { propertyRuns } from '../property-runs.js'

it.each([
  ['plain', 'redis://:p@127.0.0.1:6379/0', 'A=redis://:p@127.0.0.1:6379/0'],
  ['empty', '', "A=''"],
  ['blanks and a hash', ' a #b ', "A=' a #b '"],
  ['a backslash and a dollar', '\\$HOME', "A='\\$HOME'"],
  ['a single quote', "it's so", 'A="it\'s so"'],
])('writes %s', (_what, value, line) => {
  expect(assignment('A', value)).toBe(line)
})

it.each(['a\nb', 'a\rb', `it's "so"`, "it's $HOME", "it's ${HOME}", "'\\\\'", 'a\0'])(
  'refuses %j, which no line holds for every reader, without showing it',
  (value) => {
    expect(() => assignment('A', value)).toThrow(RangeError)
    expect(() => assignment('A', `hunter2${value}`)).not.toThrow(/hunter/)
  },
)

it('loses nothing of a value that it writes, for any reader', () => {
  let written = 0
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.string({ unit: fc.constantFrom(...'\'"\\$`{}# ~;aé'), maxLength: 12 }),
      ),
      (text) => {
        const value = Buffer.from(text, 'utf8').toString('utf8')
        const line = lineOf(value)
        if (line === undefined) return
        written += 1
        const bytes = Buffer.from(`${line}\n`)
        for (const read of [
          parseEnvironmentFile(bytes, 'f'),
          parseDotenvFile(bytes, 'f', new Map()),
          parseShellFile(bytes, 'f', undefined),
          parseSystemdFile(bytes, 'f'),
        ]) {
          expect([read.diagnostics, read.variables.map(([, variable]) => variable.value.reveal())]).toEqual([
            [],
            [value],
          ])
        }
      },
    ),
    { numRuns: propertyRuns(1000) },
  )
  expect(written).toBeGreaterThan(propertyRuns(700))
})

function lineOf(value: string): string | undefined {
  try {
    return assignment('A', value)
  } catch {
    return undefined
  }
}

it('writes what a shell reads the same, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  try {
    const file = join(folder, 'env')
    writeEnvironmentFile(file, { PLAIN: 'a=b', SPACED: ' a #b ', LITERAL: '$(id) \\n' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(true)
    const read = execFileSync('/bin/sh', ['-c', `. ${file}; printf '%s|%s|%s' "$PLAIN" "$SPACED" "$LITERAL"`], {
      encoding: 'utf8',
    })
    expect(read).toBe('a=b| a #b |$(id) \\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
