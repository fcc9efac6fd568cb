import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Commands that would fetch a package by its name: `preflight` on the registry belongs to somebody else. */
const bareName = /\b(?:npx|npm (?:exec|i|install|add))(?: -\S+| --\S+)* (?:@arqonbus\/)?preflight\b(?!-)/

const texts = [
  'README.md',
  'CONTRIBUTING.md',
  'Dockerfile',
  'action.yml',
  ...['ci', 'docs', 'src', 'commands', 'sandbox', 'checks', 'runbooks'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  ),
]

it('finds a bare name', () => {
  for (const line of ['npx preflight run', 'npm i -g preflight', 'npm install --global @arqonbus/preflight@1'])
    expect(line).toMatch(bareName)
  for (const line of ['npm install ./arqonbus-preflight-0.1.0.tgz', 'npx vitest', 'npm install preflight-other'])
    expect(line).not.toMatch(bareName)
})

it('no text tells a reader to install preflight by its name', () => {
  expect(texts.length).toBeGreaterThan(300)
  expect(texts.filter((file) => bareName.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})
