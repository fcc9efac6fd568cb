import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { inputYaml } from '../../../src/checks/single-probe/given-values.js'

const read = (...values: readonly string[]): unknown => parse(inputYaml(values))

describe('the input of a probe from a command line', () => {
  it('is YAML: numbers, truth values, lists, and what has dots is nested', () => {
    expect(read('port=6379', 'write=false', 'names=[a, b]', 'headers.accept=text/html', 'headers.x-id=1')).toEqual({
      port: 6379,
      write: false,
      names: ['a', 'b'],
      headers: { accept: 'text/html', 'x-id': 1 },
    })
  })

  it('keeps text with colons, equals signs and expressions as it is', () => {
    expect(read('url=redis://h:1/0?a=b', 'that=${{ env.A == "x" ? 1 : 2 }}', 'empty=')).toEqual({
      url: 'redis://h:1/0?a=b',
      that: '${{ env.A == "x" ? 1 : 2 }}',
      empty: '',
    })
    expect(inputYaml([])).toBe('{}\n')
  })

  it.each([
    [['port'], /given as name=value/],
    [['=1'], /given as name=value/],
    [['__proto__x y=1'], /given as name=value/],
    [['a=1', 'a=2'], /a is given twice/],
    [['a=1', 'a.b=2'], /a\.b cannot be set/],
    [['a=[secret-text'], /the value of a is not YAML/],
    [['a=@secret-text'], /the value of a is not YAML/],
    [['a=*secret-text'], /the value of a is not YAML/],
  ])('refuses %j, and quotes no value', (values, message) => {
    expect(() => inputYaml(values)).toThrow(message)
    expect(() => inputYaml(values)).not.toThrow(/secret-text/)
  })
})
