import { shownPath } from '../../base/files/shown-path.js'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import { makeFolder } from '../../base/files/state-folder.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { collectorRegistry, probeRegistry } from '../../engine/folder-registry.js'
import { segmentPattern } from '../load/definition-schema.js'
import { loadDefinitions } from '../load/load-definitions.js'
import { packRoots, readConfiguration, type DefinitionOptions } from '../settings.js'
import { suggestCheck, type SuggestedCheck } from '../single-probe/suggested-check.js'
import { inputYaml } from '../single-probe/given-values.js'
import { parse, isMap, isScalar, LineCounter, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { checkFileText, checkLines } from './check-draft.js'
import { rehearseFile, type DraftFile } from './rehearsed-file.js'
import type { Probe } from '../../engine/probe.js'
import { checkOf } from '../text/probe-text.js'

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

/**
 * A file of checks with one more: at the end of its `checks:`, everything else as it was, comments too.
 *
 * @param file how messages call it
 * @throws UsageError when the file has a check of that name, or cannot be added to
 */
export function withCheck(text: string, file: string, name: string, probe: Probe, suggested: SuggestedCheck): string {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, keepSourceTokens: true })
  const root = document.contents
  const [error] = document.errors
  if (error !== undefined || (root !== null && !isMap(root)))
    throw new UsageError(`${file} cannot be added to: ${error?.message ?? 'it is not a mapping'}`, {
      hint: '`preflight validate` shows what is wrong in it',
    })
  const checks = root?.items.find((pair) => keyOf(pair) === 'checks')
  const places = checksIn(checks)
  const before = places?.items.find((pair) => keyOf(pair) === name)
  if (before !== undefined)
    throw new UsageError(`the check ${name} already exists: ${file}:${lineOf(before, lineCounter)}`, {
      hint: 'an existing check is never overwritten: give the new one another name',
    })
  const stage = document.get('stage') === suggested.stage ? undefined : suggested.stage
  const lines = (indent: number): readonly string[] => checkLines(name, probe, suggested, stage, indent)
  if (checks !== undefined && places === undefined && !(isScalar(checks.value) && checks.value.value === null))
    throw new UsageError(`${file} cannot be added to: its checks are not a mapping`)
  if (checks === undefined) return `${withLineEnd(text)}checks:\n${lines(2).join('\n')}\n`
  const [first] = places?.items ?? []
  if (places === undefined || first === undefined || places.flow === true || columnOf(checks, lineCounter) !== 1) {
    const check = checkOf(probe.kind, suggested)
    const node = document.createNode(stage === undefined ? check : { stage, ...check })
    if (places === undefined) document.set('checks', document.createNode({ [name]: node }))
    else places.set(name, node)
    return document.toString({ lineWidth: 0 })
  }
  return inserted(text, lineOf(checks, lineCounter), lines(columnOf(first, lineCounter) - 1))
}

/** Puts lines at the end of what is indented under a line, before the next key or comment at the margin. */
function inserted(text: string, under: number, added: readonly string[]): string {
  const lines = withLineEnd(text).split('\n')
  const next = lines.findIndex((line, at) => at >= under && /^\S/.test(line))
  let end = next === -1 ? lines.length - 1 : next
  while (end > under && lines[end - 1]?.trim() === '') end -= 1
  return [...lines.slice(0, end), ...added, ...lines.slice(end)].join('\n')
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function checksIn(pair: Pair | undefined): YAMLMap | undefined {
  return isMap(pair?.value) ? pair.value : undefined
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key
}

function placeOf({ key }: Pair, lines: LineCounter): { readonly line: number; readonly col: number } {
  return lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
}

function lineOf(pair: Pair, lines: LineCounter): number {
  return placeOf(pair, lines).line
}

function columnOf(pair: Pair, lines: LineCounter): number {
  return placeOf(pair, lines).col
}
