import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/base/text/terminal-text.js'
import { wrapByWidth } from '../../../src/reports/human/ink.js'

const words = fc.array(fc.stringMatching(/^[a-z日é]{1,30}$/u), { minLength: 1 }).map((list) => list.join(' '))

describe('wrapping', () => {
  it('keeps within the width, and loses and invents no word', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 60 }), (text, width) => {
        const lines = wrapByWidth(text, width)
        expect(lines.every((line) => displayWidth(line) <= width)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  it('keeps the lines of a text, and cuts what is too long for a line', () => {
    expect(wrapByWidth('one\n\ntwo three\n', 5)).toEqual(['one', '', 'two', 'three'])
    expect(wrapByWidth('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
  })
})

it('no line is a command of a build server, wherever the text is wrapped', () => {
  const pieces = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', ':', '::error::', '::set-output name=a::b', '##[', '##vso[', ']'),
  })
  fc.assert(
    fc.property(
      pieces,
      fc.integer({ min: 2, max: 60 }),
      (text, width) => !wrapByWidth(text, width).some((line) => /^\s*::[^\s:]+(?: .*?)?::|##\w*\[/.test(line)),
    ),
  )
})

it('an address that begins a line stays as it is', () => {
  expect(wrapByWidth('::1 refused the connection', 80)).toEqual(['::1 refused the connection'])
})
