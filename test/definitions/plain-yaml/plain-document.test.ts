import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseYamlDocument } from '../../../src/definitions/document.js'
import { readPlainDocument } from '../../../src/definitions/plain-yaml/plain-document.js'
import { Problems } from '../../../src/definitions/problems.js'

/**
 * What is read directly must be exactly what the library makes of it, without a problem. Says whether it was read so.
 */
function isReadAsByLibrary(text: string): boolean {
  const direct = readPlainDocument(text, 'a.yaml')
  if (direct === undefined) return false
  const problems = new Problems()
  expect({ document: direct, problems: [] }).toEqual({
    document: parseYamlDocument(text, 'a.yaml', problems),
    problems: problems.found(),
  })
  return true
}

const texts = ['checks', 'runbooks', 'alerts', 'ci', 'test'].flatMap((folder) => {
  const root = new URL(`../../../${folder}/`, import.meta.url).pathname
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => readFileSync(join(root, name), 'utf8'))
  } catch {
    return []
  }
})

it('every file of this repository is read as by the library, most of them directly', () => {
  expect(texts.length).toBeGreaterThan(50)
  expect(texts.filter(isReadAsByLibrary).length).toBeGreaterThan(texts.length / 2)
})

/** Pieces that mean something in YAML, or nearly do. */
const pieces = [
  ...[' ', '  ', '\n', ':', ': ', '#', ' #', '-', '- ', '"', "'", '|', '>', '>-', '|-', '|2', '>+', '[', ']', '{'],
  ...['}', ',', ', ', '\\', 'a', '1', '.', '0x', 'null', 'true', '~', '&a', '*a', '!t', '?', '? ', '%', '@', 'ü'],
  ...['\u{1F600}', '...', '---', '\n\n', '\n  ', '<<', '1.5', 'e', '+', '$', '${{ x }}', "''", '\\"', '\\n', '\t'],
  ...['\r\n', 'True', '0o7', '.inf', '-1', '_', '\u0085', '\u2028', '\uFEFF', '__proto__: 1\n', 'a: b\n'],
]

const chunk = fc.record({ text: fc.nat(), from: fc.nat(), lines: fc.integer({ min: 1, max: 14 }) })

const change = fc.record({ at: fc.nat(), cut: fc.nat(6), piece: fc.constantFrom('', ...pieces) })

it('pieces of those files, damaged, are read as by the library', () => {
  let direct = 0
  fc.assert(
    fc.property(chunk, fc.array(change, { maxLength: 4 }), (from, changes) => {
      const all = texts[from.text % texts.length]!.split('\n')
      const start = from.from % all.length
      const lines = all.slice(start, start + from.lines)
      const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
      const whole = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n')
      const text = changes.reduce((before, { at, cut, piece }) => {
        const place = at % (before.length + 1)
        return before.slice(0, place) + piece + before.slice(place + cut)
      }, whole)
      if (isReadAsByLibrary(text)) direct += 1
    }),
    { numRuns: 3000 },
  )
  expect(direct).toBeGreaterThan(300)
})

it('what a writer makes of any value is read as by the library', () => {
  let direct = 0
  const words = fc.array(fc.stringMatching(/^[a-z'"#:,.${}-]{1,6}$/), { minLength: 1, maxLength: 8 })
  const text = fc.oneof(
    { arbitrary: fc.stringMatching(/^[a-z][a-z .:_/-]{0,30}[a-z]$/), weight: 6 },
    { arbitrary: words.map((all) => all.join(' ')), weight: 4 },
    { arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((all) => all.join('')), weight: 1 },
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof({ arbitrary: text, weight: 8 }, fc.integer(), fc.boolean()),
      fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z0-9_]{1,8}$/), tie('value'), { minKeys: 1, maxKeys: 4 }),
    ),
  }))
  const options = fc.record({
    lineWidth: fc.constantFrom(0, 20, 80),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
    collectionStyle: fc.constantFrom('any' as const, 'flow' as const, 'block' as const),
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), value, { minKeys: 1, maxKeys: 3 }),
      options,
      (document, how) => {
        if (isReadAsByLibrary(stringify(document, how))) direct += 1
      },
    ),
    { numRuns: 1000 },
  )
  expect(direct).toBeGreaterThan(30)
})

describe('read directly', () => {
  it.each([
    'a: b',
    '# first\n\na: b # last\n',
    "a:\nb: { c: [1, -2, 0.5, true, x y], \"d e\": 'it''s' }\n",
    'a: [one,\n  two]\n',
    '- a: 1\n  b:\n    - c\n    - d: e\n- "f\\n\\"g\\""\n- --flag\n',
    'a: >-\n  one\n  two\n\n  three\n\n# comment\nb: |\n  four\n    five\n\n  six\n',
    'a: one\n  two\n  three\nb: http://host:80/#part\n',
    'a: 10s\nb: 1.2.3\nc: .hidden\nd: 0x\ne: nullable\n',
  ])('%j', (text) => {
    expect(isReadAsByLibrary(text)).toBe(true)
  })
})

describe('left to the library', () => {
  it.each([
    '',
    '# nothing\n',
    'text',
    ' a: b',
    'a: b\na: c\n',
    'a: &b c\n',
    'a: *b\n',
    'a: !b c\n',
    'a: ~\n',
    'a: null\n',
    'a: 0o7\nb: 1e3\n',
    'a: +1\n',
    'a: 12345678901234567\n',
    '__proto__: 1\n',
    'a: b: c\n',
    'a: "b\n  c"\n',
    'a: "\\x41"\n',
    'a: "b" c\n',
    'a: { b }\n',
    'a: [b: c]\n',
    'a: [b\n',
    'a:\n- b\n',
    'a:\n\tb: c\n',
    'a: b\r\n',
    'a: b\n---\nc: d\n',
    '--- # one\na: b\n',
    '%YAML 1.2\n---\na: b\n',
    '? a\n: b\n',
    '-\n- a\n',
    '- - a\n',
    'a: |+\n  b\n',
    'a: >\n  b\n    c\n',
    'a: |\n\n  b\n',
    'a: b\n  c: d\n',
    'a: b # c\n  d\n',
    `a: ${'['.repeat(60)}${']'.repeat(60)}\n`,
  ])('%j', (text) => {
    expect(readPlainDocument(text, 'a.yaml')).toBeUndefined()
  })
})

it('a text of megabytes in one line or one value is read in one go', () => {
  const many = 200_000
  for (const text of [
    `a: [${'"b",'.repeat(many)}]`,
    `a: [${'b:'.repeat(many)}c]`,
    `a: b${' #'.repeat(many)}`,
    `a: b\n${'  c\n'.repeat(many)}`,
    `a: >\n${'  c\n\n'.repeat(many)}`,
    `a: "${'\\"'.repeat(many)}"`,
  ])
    expect(readPlainDocument(text, 'a.yaml')).toBeDefined()
})
