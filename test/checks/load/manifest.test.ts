import { describe, expect, it } from 'vitest'
import { readManifest } from '../../../src/definitions/document.js'
import { Problems, plainValue, positionAt } from '../../../src/definitions/yaml-node.js'

function read(text: string) {
  const problems = new Problems()
  const roots = readManifest(text, 'f', problems)
  return {
    roots,
    values: roots.map((root) => plainValue(root)),
    found: problems.sorted().map(({ position, code }) => `${position.line} ${code}`),
    problems,
  }
}

describe('a manifest', () => {
  it('has any number of documents, the empty ones left out, with places of the whole file', () => {
    const { roots, values, found } = read('---\na: 1\n---\n# nothing\n---\n\n---\nb: [x,\n  y]\n...\n')
    expect(found).toEqual([])
    expect(values).toEqual([{ a: 1 }, { b: ['x', 'y'] }])
    expect(positionAt(roots[1]!, ['b', 1])).toEqual({ file: 'f', line: 9, column: 3 })
  })

  it('merges as YAML 1.1 does: its own entries win wherever they are, then the first that is merged', () => {
    const { roots, values, found } = read(
      'x: &x { a: x, b: x }\ny: &y { b: y, c: y }\nz:\n  a: own\n  <<: [*x, *y]\nq: { "<<": text }\n',
    )
    expect(found).toEqual([])
    expect(values).toEqual([
      { x: { a: 'x', b: 'x' }, y: { b: 'y', c: 'y' }, z: { a: 'own', b: 'x', c: 'y' }, q: { '<<': 'text' } },
    ])
    expect(positionAt(roots[0]!, ['z', 'c'])).toMatchObject({ line: 2 })
  })

  it.each([
    ['a: 1\na: 2\n', '2 duplicate-key'],
    ['a: *x\n', '1 unknown-alias'],
    ['a: !secret hunter2\n', '1 unknown-tag'],
    ['a: !!binary aHVudGVyMg==\n', '1 unknown-tag'],
    ['a: !!timestamp 2026-01-02\n', '1 unknown-tag'],
    ['a: |hunter2\n  x\n', '1 yaml-syntax'],
    ['a: "hunter2\n', '2 yaml-syntax'],
    ['a: 1\n---\nb: {\n', '4 yaml-syntax'],
    ['__proto__: { a: 1 }\n', '1 unknown-key'],
    ['a: { <<: 5 }\n', '1 merge-key'],
    ['a: { <<: [{ b: 1 }, 5] }\n', '1 merge-key'],
    ['? [a, b]\n: hunter2\n', '1 key-not-text'],
    [`a: ${'['.repeat(600)}`, '1 too-large'],
    [
      'a: &a [x, x, x, x, x, x, x, x, x]\n' +
        [...'bcdefgh']
          .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]\n`)
          .join(''),
      '7 too-large',
    ],
  ])('is refused with a place and without its text: %j', (text, expected) => {
    const { values, found, problems } = read(text)
    expect(values).toEqual([])
    expect(found.map((each) => each.replace(/^\d+ too-large$/, 'too-large'))).toContain(
      expected.replace(/^\d+ too-large$/, 'too-large'),
    )
    expect(JSON.stringify(problems.found())).not.toContain('hunter2')
  })
})
