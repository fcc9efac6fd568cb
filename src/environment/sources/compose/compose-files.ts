import { stat } from 'node:fs/promises'
import { dirname, join, resolve, basename } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { readRegularFile } from '../../../base/files/regular-file.js'
import { nestsTooDeep } from '../../../definitions/document.js'
import type { YamlMap, YamlNode } from '../../../definitions/yaml-node.js'

/** Files above any Compose project are followed no further. */
const mostFiles = 100

/** Bytes of a file that is read for names. */
const largestFile = 4 * 1024 * 1024

/**
 * The files that a Compose file is read with: `.env`, and whatever it names as `env_file` or to extend. A name in which
 * a variable is filled in is left out, and a file that cannot be read is not reported here: reading the service reports
 * what is wrong with it.
 */
export async function composeFiles(file: string): Promise<readonly string[]> {
  const override = (await overrideBeside(file))?.file
  const found = new Set<string>([join(dirname(file), '.env'), ...(override === undefined ? [] : [override])])
  const pending = [file, ...(override === undefined ? [] : [override])].map((path) => resolve(path))
  const read = new Set<string>()
  for (let next = pending.pop(); next !== undefined && read.size < mostFiles; next = pending.pop()) {
    if (read.has(next)) continue
    read.add(next)
    const { named, extended } = namesIn(await textOf(next), dirname(next))
    for (const path of [...named, ...extended]) found.add(path)
    pending.push(...extended)
  }
  return [...found]
}

/** A pipe, such as a shell's `<(…)`, can be read once only. */
async function textOf(file: string): Promise<string> {
  return readRegularFile(file, { links: 'follow', most: largestFile }).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  )
}

function namesIn(
  text: string,
  folder: string,
): { readonly named: readonly string[]; readonly extended: readonly string[] } {
  const services = (nestsTooDeep(text) ? [] : parseAllDocuments(text, { logLevel: 'silent' })).flatMap((document) =>
    Object.values(mapOf(mapOf(plain(document))['services'])),
  )
  const named = services.flatMap((service) =>
    [mapOf(service)['env_file']].flat().map((each) => (typeof each === 'string' ? each : mapOf(each)['path'])),
  )
  const extended = services.map((service) => mapOf(mapOf(service)['extends'])['file'])
  const paths = (names: readonly unknown[]): readonly string[] =>
    names
      .filter((name): name is string => typeof name === 'string' && !name.includes('$'))
      .map((name) => resolve(folder, name))
  return { named: paths(named), extended: paths(extended) }
}

function plain(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    return undefined
  }
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}

/**
 * Tags of Compose (specification, "Merge"): what has one takes the place of what earlier files say, `!reset` with
 * nothing.
 */
export const mergeTags = ['!reset', '!override'] as const

export function isReset(node: YamlNode | undefined): boolean {
  return node?.tag === '!reset'
}

/** Whether nothing of what earlier files say is left. */
export function replaces(node: YamlNode | undefined): boolean {
  return node?.tag !== undefined
}

/** A mapping without the keys whose values take away. */
export function withoutReset(node: YamlMap): YamlMap {
  return { ...node, entries: new Map([...node.entries].filter(([, { value }]) => !isReset(value))) }
}

/** Items of lists that have a tag: which item of the earlier file one stands for depends on its number there. */
export function taggedItems(node: YamlMap, keys: readonly string[]): readonly YamlNode[] {
  return keys.flatMap((key) => {
    const list = node.entries.get(key)?.value
    return list?.kind === 'list' ? list.items.filter(replaces) : []
  })
}

/** What Compose looks for where no file is named, the first that is there (compose-go, `cli.DefaultFileNames`). */
const projectFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const

/** And then for the file that it merges over it (`cli.DefaultOverrideFileNames`). */
const overrideFiles = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
] as const

interface OverrideFile {
  readonly file: string
  /** Others that Compose passes over because of it. */
  readonly passedOver: readonly string[]
}

/** The file that Compose merges over this one by itself: none beside a file that it does not find by itself. */
export async function overrideBeside(file: string): Promise<OverrideFile | undefined> {
  const folder = dirname(file)
  const [found] = await among(folder, projectFiles)
  if (found !== basename(file)) return undefined
  const [first, ...others] = await among(folder, overrideFiles)
  return first === undefined ? undefined : { file: join(folder, first), passedOver: others }
}

async function among(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const isThere = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (status) => !status.isDirectory(),
        () => false,
      ),
    ),
  )
  return names.filter((_, index) => isThere[index])
}
