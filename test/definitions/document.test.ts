import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYamlDocument } from '../../src/definitions/document.js'
import {
  Problems,
  nodeAt,
  plainValue,
  positionAt,
  positionInText,
  type YamlScalar,
} from '../../src/definitions/yaml-node.js'
import { propertyRuns } from '../property-runs.js'

function read(text: string) {
  const problems = new Problems()
  const node = readYamlDocument(text, 'f', problems)
  return {
    node,
    value: node === undefined ? undefined : plainValue(node),
    problems: problems.sorted().map(({ position, code }) => `${position.line}:${position.column} ${code}`),
  }
}

describe('readDocument', () => {
  it('gives the values of YAML 1.2 and no older ones', () => {
    expect(read('{ a: no, b: on, c: 010, d: "1.10", e: 1.10, f: ~, g: 2001-01-01, h: 0x1F, i: yes }').value).toEqual({
      a: 'no',
      b: 'on',
      c: 10,
      d: '1.10',
      e: 1.1,
      f: null,
      g: '2001-01-01',
      h: 31,
      i: 'yes',
    })
  })

  it('follows aliases', () => {
    expect(read('a: &x { b: [1, 2] }\nc: *x').value).toEqual({ a: { b: [1, 2] }, c: { b: [1, 2] } })
  })

  it.each([
    ['a: 1\na: 2', ['2:1 duplicate-key']],
    ['a: { b: 1, b: 2 }', ['1:12 duplicate-key']],
    ['? [a]\n: 1', ['1:3 key-not-text']],
    ['a: 1\n---\nb: 2', ['2:1 several-documents']],
    ['a: !secret x', ['1:4 unknown-tag']],
    ['a: !!js/function x', ['1:4 unknown-tag']],
    ['a: !!binary aGk=', ['1:4 unknown-tag']],
    ['a: *b', ['1:4 unknown-alias']],
    ['a: &a [*a]', ['1:7 too-large']],
    ['__proto__: { polluted: true }', ['1:1 unknown-key']],
    ['a: [1', ['1:6 yaml-syntax']],
    ['\ta: 1', ['1:1 yaml-syntax']],
    ['', ['1:1 empty-file']],
    ['# only a comment', ['1:1 empty-file']],
    ['null', ['1:1 empty-file']],
  ])('reports %j', (text, expected) => {
    expect(read(text).problems).toEqual(expected)
  })

  it('is not blown up by aliases of aliases, nor by depth', () => {
    const lists = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${Array(9)
          .fill(level === 0 ? '1' : `*l${level - 1}`)
          .join(', ')}]`,
    )
    expect(read(lists.join('\n')).problems).toHaveLength(1)
    expect(read('['.repeat(200) + ']'.repeat(200)).problems).toHaveLength(1)
    expect(read('['.repeat(100_000)).problems.length).toBeGreaterThan(0)
  })

  it('never puts a key of the document on a prototype', () => {
    read('__proto__: { polluted: true }\na: { constructor: { prototype: { polluted: true } } }')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('never throws, whatever the text', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        '  ',
        '- ',
        '&x ',
        '*x',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '!t ',
        '? ',
        '|',
        '>',
        '#',
        '%',
        '---',
        '\t',
        ',',
        '${{',
        '<<',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((parts) => parts.join('')),
        ),
        (text) => void read(text),
      ),
      { numRuns: propertyRuns(1000) },
    )
  })

  it('knows the place of everything', () => {
    const { node } = read('a:\n  - { b: plain, c: "quoted" }\n  - |\n    block\n')
    expect(positionAt(node!, ['a', 0, 'c'])).toEqual({ file: 'f', line: 2, column: 20 })
    expect(positionInText(nodeAt(node!, ['a', 0, 'b']) as YamlScalar, 2)).toEqual({ file: 'f', line: 2, column: 12 })
    expect(positionInText(nodeAt(node!, ['a', 0, 'c']) as YamlScalar, 2)).toEqual({ file: 'f', line: 2, column: 23 })
    expect(positionInText(nodeAt(node!, ['a', 1]) as YamlScalar, 2)).toEqual({ file: 'f', line: 3, column: 5 })
    expect(positionAt(node!, ['a', 9, 'z'])).toEqual({ file: 'f', line: 2, column: 3 })
  })
})
