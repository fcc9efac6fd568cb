import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinChecks, builtinRunbooks } from '../../base/package.js'
import { suggestionHint } from '../../base/text/wording.js'
import { usualSystems } from '../plan/build-plan.js'
import { selectionFileSchema } from './definition-schema.js'
import { selectionFile } from './pack-files.js'
import { type Problems, positionAt, type YamlNode } from '../../definitions/yaml-node.js'

/** The names of the packs that ship: systems with checks, runbooks or both. */
async function shippedPacks(): Promise<readonly string[]> {
  const found = await Promise.all(
    [builtinChecks, builtinRunbooks].map((folder) => readdir(folder, { withFileTypes: true })),
  )
  const names = found.flat().flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  return [...new Set(names)].sort()
}

/** The packs that ship and are meant where the deployment file names none. */
export async function usualPacks(): Promise<ReadonlySet<string>> {
  const [{ parse }, text] = await Promise.all([import('yaml'), readFile(join(builtinChecks, selectionFile), 'utf8')])
  return usualSystems({ defaultSelection: selectionFileSchema.parse(parse(text)).select })
}

/** Reports every name under `packs:` that is not the name of a pack that ships. */
export async function judgePackNames(packs: readonly string[], root: YamlNode, problems: Problems): Promise<void> {
  if (packs.length === 0) return
  const known = await shippedPacks()
  for (const [index, name] of packs.entries()) {
    if (known.includes(name)) continue
    const nearest = suggestionHint(name, known)
    const all = `the packs that ship: ${known.join(', ')}`
    problems.report(
      positionAt(root, ['packs', index]),
      'unknown-pack',
      `unknown pack ${name}`,
      nearest === undefined ? `${all}; packs of your own are listed under checks:` : `${nearest} (${all})`,
    )
  }
}
