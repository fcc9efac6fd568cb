import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { script, style } from '../../../src/reports/html/shell.js'

const folder = new URL('../../../src/reports/html/assets/', import.meta.url)

it('the page has every asset, as it is in its file', () => {
  const names = readdirSync(folder)
  expect(names.length).toBeGreaterThan(2)
  for (const name of names)
    expect(name.endsWith('.css') ? style : script).toContain(`\n${readFileSync(new URL(name, folder), 'utf8')}`)
  expect(`${style}${script}`.length).toBe(
    names.reduce((sum, name) => sum + 1 + readFileSync(new URL(name, folder), 'utf8').length, 0),
  )
})
