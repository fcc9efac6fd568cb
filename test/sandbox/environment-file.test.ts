import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assignment, writeEnvironmentFile } from '../../sandbox/environment-file.js'

it.each([
  ['plain', 'redis://:p@127.0.0.1:6379/0', 'A=redis://:p@127.0.0.1:6379/0'],
  ['empty', '', "A=''"],
  ['blanks and a hash', ' a #b ', "A=' a #b '"],
  ['a backslash and a dollar', '\\$HOME', "A='\\$HOME'"],
  ['a single quote', `it's "so"`, 'A="it\'s \\"so\\""'],
  ['line ends', 'a\r\nb', 'A="a\\r\\nb"'],
])('writes %s', (_what, value, line) => {
  expect(assignment('A', value)).toBe(line)
})

/** Reads the quoted forms as the grammar defines them, written down here once more. */
function valueOf(line: string): string {
  const quoted = line.slice('A='.length)
  if (quoted.startsWith("'")) return quoted.slice(1, -1)
  if (!quoted.startsWith('"')) return quoted
  return quoted.slice(1, -1).replace(/\\([\\"nr])/g, (_match, character: string) => ({ n: '\n', r: '\r' })[character] ?? character)
}

it('loses nothing of any value', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
    const line = assignment('A', value)
    expect(line).not.toMatch(/[\n\r]/)
    expect(valueOf(line)).toBe(value)
  }), { numRuns: 1000 })
})

it('writes what a shell reads the same, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  try {
    const file = join(folder, 'env')
    writeEnvironmentFile(file, { PLAIN: 'a=b', SPACED: ' a #b ', LITERAL: '$(id) \\n' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(true)
    const read = execFileSync('/bin/sh', ['-c', `. ${file}; printf '%s|%s|%s' "$PLAIN" "$SPACED" "$LITERAL"`], { encoding: 'utf8' })
    expect(read).toBe('a=b| a #b |$(id) \\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
