import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'

/** Loads runbooks from files with these texts, by name. */
export async function load(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-load-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return loadRunbooks([{ folder, label: 'books' }], actionRegistry, probeRegistry)
}

/** What is wrong with them, a line each. */
export const problemsOf = async (files: Readonly<Record<string, string>>) =>
  (await load(files)).diagnostics.map(
    ({ position: { file, line }, code, message, hint }) =>
      `${file}:${line} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )
