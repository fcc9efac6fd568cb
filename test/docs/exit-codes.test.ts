import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exitCodes } from '../../src/base/errors.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/exit-codes.md'), 'utf8')
const [ours = '', others = ''] = page.split('\n## From outside\n')

/** First cells of table rows that hold nothing but numbers. */
function codesIn(text: string): readonly number[] {
  return [...text.matchAll(/^\| ([\d, ]+?) *\|/gm)].flatMap(([, cell = '']) => cell.split(',').map(Number))
}

it('the page lists every exit code once, and no other as one of preflight', () => {
  expect(codesIn(ours)).toEqual(Object.values(exitCodes))
})

it('the codes from outside are not codes of preflight', () => {
  const known = new Set<number>(Object.values(exitCodes))
  expect(codesIn(others).length).toBeGreaterThan(3)
  expect(codesIn(others).filter((code) => known.has(code))).toEqual([])
})

it('every code says what it means and what to do', () => {
  const rows = [...ours.matchAll(/^\| \d+ +\|(.*)\|$/gm)].map(([, rest = '']) => rest.split(/(?<!\\)\|/))
  expect(rows).toHaveLength(Object.keys(exitCodes).length)
  for (const cells of rows) {
    expect(cells).toHaveLength(2)
    for (const cell of cells) expect(cell.trim().length).toBeGreaterThan(1)
  }
})
