import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../src/engine/folder-registry.js'
import { loadRunbooks } from '../../src/runbooks/load/used-kinds.js'
import { temporaryFolder } from '../temporary-folder.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/runbooks.md'), 'utf8')

/** The blocks of YAML that are a runbook, or can be a part of one. */
const blocks = [...page.matchAll(/^( *)```yaml\n(.*?)^ *```$/gms)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
)

const parameters = ['launcher', 'folder', 'settings', 'script']
  .map((name) => `  ${name}: { type: string, description: x, default: x }\n`)
  .join('')
const head = `title: an example\nparameters:\n${parameters}  database_url: { type: secret, description: x }\n`

/** A whole runbook around a block; `undefined` for one that is another kind of file. */
function runbookOf(block: string): string | undefined {
  if (block.startsWith('title:')) return block
  if (block.startsWith('requires:')) return `${head}${block}steps:\n  - { id: dump, manual: look }\n`
  if (!block.startsWith('verify:')) return undefined
  const step = block.replaceAll(/^(?=.)/gm, '    ')
  return `${head}steps:\n  - id: act\n    run: [touch, x]\n    effect: idempotent\n${step}`
}

it('every example of the page compiles', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'site'))
  const runbooks = blocks.flatMap((block) => runbookOf(block) ?? [])
  runbooks.forEach((text, index) => writeFileSync(join(folder, `site/example-${index}.yaml`), text))
  const { diagnostics } = await loadRunbooks([{ folder, label: 'docs/runbooks.md' }], actionRegistry, probeRegistry)
  expect(diagnostics).toEqual([])
  expect(runbooks.filter((text) => text.includes('requires:')).length).toBeGreaterThan(0)
  expect(runbooks.filter((text) => text.includes('probe:')).length).toBeGreaterThan(0)
  expect(runbooks.length).toBeGreaterThanOrEqual(3)
})
