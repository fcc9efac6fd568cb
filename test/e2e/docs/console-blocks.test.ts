import { expect, it } from 'vitest'
import { blocksOf, isShown } from './console-blocks.js'

it('reads files and commands of a page, and leaves other blocks', () => {
  const page = [
    '```yaml\n# a/b.yaml\nx: 1\n```',
    '```console\n$ one\nout\n$ two\n```',
    '```yaml\n# a comment that is not a path\nx: 1\n```',
  ].join('\n\n')
  expect(blocksOf(page)).toEqual([
    { kind: 'file', path: 'a/b.yaml', content: '# a/b.yaml\nx: 1\n' },
    {
      kind: 'commands',
      commands: [
        { command: 'one', output: ['out'] },
        { command: 'two', output: [] },
      ],
    },
  ])
})

it('compares line by line, but for what … stands for', () => {
  expect(isShown('a\nb\n', ['a', 'b'])).toBe(true)
  expect(isShown('a  \nb\n\n', ['a', 'b'])).toBe(true)
  expect(isShown('1.5s passed (x)\n', ['…s passed (x)'])).toBe(true)
  expect(isShown('a\nb\nc\n', ['a', '…'])).toBe(true)
  expect(isShown('a\n', ['a', '…'])).toBe(true)
  expect(isShown('a\nb\nc\n', ['…', 'c'])).toBe(true)
  expect(isShown('', [])).toBe(true)
})

it('finds what differs', () => {
  expect(isShown('a\nb\n', ['a'])).toBe(false)
  expect(isShown('a\n', ['a', 'b'])).toBe(false)
  expect(isShown('a.c\n', ['a.b'])).toBe(false)
  expect(isShown('abc\n', ['a.c'])).toBe(false)
  expect(isShown('x\na\n', ['a'])).toBe(false)
  expect(isShown('a\nb\nc\n', ['…', 'b'])).toBe(false)
  expect(isShown('anything\n', [])).toBe(false)
})
