import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/base/text/terminal-text.js'
import { fitLine, fitToScreen } from '../../../src/base/text/fit-to-screen.js'

describe('a line that is too wide', () => {
  it.each([
    ['prose', 'one two three', ['one two', 'three']],
    ['an indented line', '  one two three', ['  one', '    two', '    three']],
    ['an entry with a mark', '✖ one two three', ['✖ one two', '  three']],
    ['an entry whose first word is wide', '✖ abcdefgh two', ['✖ abcdefgh', '  two']],
    ['a line of a script', '  | one two', ['  | one', '    two']],
    ['a row of a table', ' a     b three', [' a  b', '   three']],
    ['a word that is wider than the screen', 'one abcdefghijkl two', ['one', 'abcdefghijkl', 'two']],
  ])('is broken between words: %s', (_what, line, rows) => {
    expect(fitLine(line, 9)).toEqual(rows)
  })

  it('keeps the width and the colours of a mark', () => {
    expect(fitLine('\u001B[31m✖\u001B[39m one two', 7)).toEqual(['\u001B[31m✖\u001B[39m one', '  two'])
  })
})

describe('a digest, which is there to be copied', () => {
  const digest = `sha256:${'0f'.repeat(32)}`

  it.each([
    ['prose', `the plan ${digest} is saved`, ['the plan', digest, 'is saved']],
    ['an indented line of its own', `    ${digest}`, [digest]],
    ['an entry', `✖ the plan ${digest}`, ['✖ the plan', digest]],
    [
      'a command',
      `  preflight runbook run a --plan ${digest} --yes`,
      ['  preflight runbook run a --plan \\', `${digest} \\`, '    --yes'],
    ],
  ])('is whole, from the edge of a screen that is narrower: %s', (_what, line, rows) => {
    for (const columns of [40, 60, 72]) expect(fitLine(line, columns)).toEqual(rows)
  })

  it('is indented where there is room for that', () => {
    expect(fitLine(`  the plan ${digest} is saved`, 76)).toEqual(['  the plan', `    ${digest}`, '    is saved'])
  })
})

it('a line that fits stays as it is', () => {
  expect(fitToScreen('a  b \n   c\n', 9)).toBe('a  b \n   c\n')
})

it('a command can still be copied: a shell reads it as one line, a flag and its value stand together', () => {
  const command = `  preflight runbook undo 20261130 --head 7:abcdef --state '/srv/a state' --reason "two words" --yes`
  const rows = fitLine(command, 40)
  expect(rows).toEqual([
    '  preflight runbook undo 20261130 \\',
    '    --head 7:abcdef \\',
    `    --state '/srv/a state' \\`,
    '    --reason "two words" --yes',
  ])
  expect(Math.max(...rows.map(displayWidth))).toBeLessThanOrEqual(40)
  expect(rows.join('\n').replaceAll(/ \\\n +/g, ' ')).toBe(command)
})
