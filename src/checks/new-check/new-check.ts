import { shownPath } from '../../base/files/shown-path.js'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import { makeFolder } from '../../base/files/make-folder.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { collectorRegistry, probeRegistry } from '../../engine/folder-registry.js'
import { segmentPattern } from '../load/definition-schema.js'
import { loadDefinitions } from '../load/load-definitions.js'
import { packRoots, readConfiguration, type DefinitionOptions } from '../settings.js'
import { suggestCheck } from '../single-probe/suggested-check.js'
import { inputYaml } from '../single-probe/given-values.js'
import { parse } from 'yaml'
import { withCheck } from './add-check.js'
import { checkFileText } from './check-draft.js'
import { rehearseFile, type DraftFile } from './rehearsed-file.js'

interface NewCheckOptions extends DefinitionOptions {
  readonly id: string
  readonly kind: string
  /** `name=value` of the probe's input; that of the kind's first example when there are none. */
  readonly values: readonly string[]
}

/** A definition that was written. */
export interface WrittenDefinition {
  readonly file: string
  /** Whether the file was there before. */
  readonly isAdded: boolean
  /** The folder to name on the command line, where the deployment file does not name it. */
  readonly folderToName: string | undefined
}

/**
 * Writes a check to start from: a new file, or one more check in the file of its id.
 *
 * @throws UsageError for an id that no check can have, an unknown kind, or a check that already exists;
 *   DefinitionsError when it would not be valid; OutputError when it cannot be written. Nothing is written then.
 */
export async function newCheck(options: NewCheckOptions): Promise<WrittenDefinition> {
  const { id, kind, values } = options
  const segments = idSegments(id, 3, 'a check', 'orders/server/answers')
  const probe = await probeRegistry.load(kind)
  const configuration = await readConfiguration(options)
  const named = options.checks[0] ?? configuration.checks[0]
  const folder = shownPath(named ?? 'checks')
  const path = `${segments.slice(0, -1).join('/')}.yaml`
  const file = join(folder, path)
  const name = segments.at(-1)!
  const suggested = suggestCheck(probe, values.length > 0 ? parse(inputYaml(values)) : probe.examples[0]?.input)
  const before = await textOf(file)
  const text =
    before === undefined ? checkFileText(name, probe, suggested) : withCheck(before, file, name, probe, suggested)
  const all = named === undefined ? { ...options, checks: [folder] } : options
  const others = packRoots(all, configuration).filter((root) => resolve(root.folder) !== resolve(folder))
  await rehearseFile({ folder, path, text }, async (copy) => {
    const roots = [...others, { folder: copy, label: folder }]
    return (await loadDefinitions(roots, probeRegistry, collectorRegistry)).diagnostics
  })
  await writeDefinition({ folder, path, text }, before !== undefined)
  const isConfigured = configuration.checks.some((each) => resolve(each) === resolve(folder))
  return { file, isAdded: before !== undefined, folderToName: isConfigured ? undefined : folder }
}

/** The segments of an id. @throws UsageError for too few of them, and for one that an id cannot have */
export function idSegments(id: string, least: number, what: string, example: string): readonly string[] {
  const segments = id.split('/')
  const wrong = segments.find((segment) => !segmentPattern.test(segment))
  if (wrong !== undefined || segments.length < least)
    throw new UsageError(`${id} cannot be the id of ${what}`, {
      hint: `${least} names or more, such as ${example}: lower-case letters, digits and single hyphens`,
    })
  return segments
}

/** @throws OutputError when it cannot be written */
export async function writeDefinition({ folder, path, text }: DraftFile, isThere: boolean): Promise<void> {
  const file = join(folder, path)
  if (isThere) return replaceFile(file, text, { what: 'definition' })
  try {
    await makeFolder(dirname(file))
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    throw new OutputError(`${file} could not be written: ${messageOf(error)}`, { cause: error })
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}
