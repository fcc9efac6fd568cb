import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYamlDocument } from '../../../src/definitions/document.js'
import { expressionCompiler } from '../../../src/definitions/expression/compile-expression.js'
import { Problems } from '../../../src/definitions/yaml-node.js'
import { compileTemplate } from '../../../src/definitions/template/compile-template.js'
import { segmentsOf, TemplateSyntaxError } from '../../../src/definitions/template/segments.js'
import type { Scope } from '../../../src/definitions/expression/expression.js'

const compiler = expressionCompiler({
  vars: { type: 'object', fields: { PORT: { type: 'int' }, RATIO: { type: 'double' }, ON: { type: 'bool' } } },
  env: { type: 'map', of: { type: 'string' } },
  inputs: { type: 'object', fields: { hosts: { type: 'list', of: { type: 'string' } } } },
  profile: { type: 'string' },
})
const scope: Scope = {
  vars: { PORT: 9100, RATIO: 0.5, ON: true },
  env: { NAME: 'value' },
  inputs: { hosts: ['a', 'b'] },
  profile: 'prod',
}

function template(yaml: string) {
  const problems = new Problems()
  const compiled = compileTemplate(readYamlDocument(yaml, 'f.yaml', problems)!, compiler, problems)
  return { compiled, problems: problems.sorted() }
}

function resolve(yaml: string, over: Partial<Scope> = {}): unknown {
  const { compiled, problems } = template(yaml)
  expect(problems).toEqual([])
  return compiled.resolve({ ...scope, ...over })
}

describe('compileTemplate', () => {
  it('gives a typed value where an expression is alone, and text where it does not', () => {
    expect(
      resolve(`
        port: \${{ vars.PORT }}
        text: "port \${{ vars.PORT }}, on: \${{ vars.ON }}, ratio \${{ vars.RATIO }}"
        blank: " \${{ vars.PORT }}"
        hosts: \${{ inputs.hosts }}
        joined: hosts \${{ inputs.hosts }}
        nested: [{ name: "\${{ env.NAME }}" }, 5, true, plain]
      `),
    ).toEqual({
      port: 9100,
      text: 'port 9100, on: true, ratio 0.5',
      blank: ' 9100',
      hosts: ['a', 'b'],
      joined: 'hosts a, b',
      nested: [{ name: 'value' }, 5, true, 'plain'],
    })
  })

  it('keeps braces and strings of an expression together', () => {
    expect(resolve(`'\${{ {"a": {"b": "}}"}}.a.b }}'`)).toBe('}}')
    expect(resolve(`"\${{ '}}' + \\"'}}\\" }}"`)).toBe(`}}'}}`)
  })

  it('never reads again what an expression gave: the environment cannot change the document', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('${{ vars.PORT }}', '\nother: 1', '- a', '{b: 1}', '"', '!!int 3', '*alias'),
        ),
        (value) => {
          expect(resolve('a: ${{ env.NAME }}\nb: x${{ env.NAME }}y', { env: { NAME: value } })).toEqual({
            a: value,
            b: `x${value}y`,
          })
        },
      ),
    )
  })

  it('reports a mistake at its very character', () => {
    expect(template('a:\n  b: "x ${{ vars.PORT }} ${{ "').problems).toMatchObject([
      { position: { line: 2, column: 26 }, code: 'template' },
    ])
    expect(template('a:\n  b: "x ${{ vars.PROT }} ${{ vars.ONN }}"').problems).toMatchObject([
      { position: { line: 2, column: 18 }, code: 'unknown-name' },
      { position: { line: 2, column: 35 }, code: 'unknown-name' },
    ])
    expect(template('a: ${{ }}').problems).toMatchObject([{ position: { line: 1, column: 4 }, code: 'template' }])
  })

  it('refuses an expression in a key', () => {
    expect(template('${{ profile }}: 1').problems).toMatchObject([
      { code: 'template-in-key', position: { line: 1, column: 1 } },
    ])
  })

  it('lists what it reads and where', () => {
    const { compiled } = template('a: [x, "${{ vars.PORT }}-${{ env.NAME }}"]\nb: ${{ vars.PORT }}')
    expect(compiled.references).toEqual(['vars.PORT', 'env.NAME'])
    expect(compiled.leaves).toMatchObject([
      { path: ['a', 1], type: 'string' },
      { path: ['b'], type: 'int' },
    ])
  })
})

describe('what a template cannot hold', () => {
  it.each([
    ['a number that JSON does not have', 'a: ${{ 1.0 / 0.0 }}', 'the result is a number that JSON does not have'],
    ['such a number within a text', 'a: it is ${{ 0.0 / 0.0 }}', 'the result is a number that JSON does not have'],
    ['two keys of one text', 'a: "${{ {dyn(1): true, dyn(\'1\'): false} }}"', 'a duplicate key'],
    [
      'a text longer than any may be',
      `a: "\${{ ${Array.from({ length: 22 }, (_, index) => index)
        .reduceRight((inner, index) => `cel.bind(t${index + 1}, t${index} + t${index}, ${inner})`, 't22')
        .replace(
          /^/,
          "cel.bind(t0, 'x', ",
        )}) }}${Array.from({ length: 2 }, () => 'y'.repeat(3 * 1024 * 1024)).join('')}"`,
      'the string that the template makes is too long',
    ],
  ])('%s', (_, yaml, reason) => {
    expect(() => resolve(yaml)).toThrow(reason)
  })
})

describe('segmentsOf', () => {
  it('loses nothing of a text, or says where it cannot be read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('${{', '}}', '{', '}', '"', "'", '\\', 'a', ' ', 'r', '"""') }),
        (text) => {
          try {
            const whole = segmentsOf(text)
            expect(
              whole.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('').length,
            ).toBeLessThanOrEqual(text.length)
            for (const segment of whole)
              if (segment.kind === 'expression') expect(text.startsWith(segment.text, segment.offset)).toBe(true)
          } catch (error) {
            expect(error).toBeInstanceOf(TemplateSyntaxError)
          }
        },
      ),
    )
  })
})
