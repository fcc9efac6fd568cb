import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { suggestionHint } from '../../../kernel/suggestion.js'
import type { Position } from '../../../model/position.js'
import type { Problems } from '../../problems.js'
import { nodeAt, plainValue, type YamlMap, type YamlNode } from '../../yaml-node.js'
import { readManifestFile, type ManifestFile } from '../manifest-file.js'
import { reportShape, reportUnknownKey } from '../unknown-key.js'
import { environmentEntries, type Entry } from './environment-entries.js'
import { interpolate, type Lookup } from './interpolate.js'

/** An `env_file` of a service. */
export interface NamedFile {
  readonly path: string
  readonly isRequired: boolean
  readonly format: string
  readonly position: Position
}

/** What a service says of its environment, with all that it extends. */
export interface ComposeService {
  readonly entries: ReadonlyMap<string, Entry>
  /** The later ones win. */
  readonly files: readonly NamedFile[]
}

const nothing: ComposeService = { entries: new Map(), files: [] }

const serviceSchema = z.looseObject({
  environment: z.unknown().optional(),
  env_file: z
    .union([z.string(), z.array(z.union([z.string(), z.strictObject({ path: z.string(), required: z.boolean().optional(), format: z.enum(['raw']).optional() })]))])
    .nullish(),
  extends: z.union([z.string(), z.strictObject({ service: z.string(), file: z.string().optional() })]).nullish(),
})

const understood = ['environment', 'env_file', 'extends']

/** Reads services from one Compose file and those it extends. */
export class ServiceReader {
  readonly #files = new Map<string, ManifestFile>()

  /** @param lookup the project's variables, which file names are filled in from */
  constructor(
    readonly problems: Problems,
    readonly lookup: Lookup,
  ) {}

  /**
   * @param asked where the service is named; of the command line nothing
   * @throws UsageError when a file cannot be read
   */
  async read(path: string, name: string, asked?: Position, through: readonly string[] = []): Promise<ComposeService> {
    const link = `${resolve(path)}#${name}`
    if (asked !== undefined && through.includes(link)) {
      this.problems.report(asked, 'cycle', `the service extends itself: ${[...through.slice(through.indexOf(link)), link].map((each) => each.slice(each.lastIndexOf('#') + 1)).join(' → ')}`)
      return nothing
    }
    const file = await this.#file(path)
    const service = file === undefined ? undefined : this.#find(file, name, asked)
    if (file === undefined || service === undefined) return nothing
    return this.#compile(service, file, [...through, link])
  }

  async #file(path: string): Promise<ManifestFile | undefined> {
    const known = this.#files.get(resolve(path))
    if (known !== undefined) return known.diagnostics.length > 0 ? undefined : known
    const file = await readManifestFile(path, { what: 'Compose file', hint: 'name a readable Compose file' })
    this.#files.set(resolve(path), file)
    for (const { position, code, message, hint } of file.diagnostics) this.problems.report(position, code, message, hint)
    const [, second] = file.roots
    if (second !== undefined) this.problems.report(second.position, 'several-documents', 'a second document stands in the file', 'keep one document in a Compose file')
    return file.diagnostics.length > 0 ? undefined : file
  }

  #find({ source, roots: [root] }: ManifestFile, name: string, asked: Position | undefined): YamlMap | undefined {
    const start = { file: source.file, line: 1, column: 1 }
    const services = root === undefined ? undefined : nodeAt(root, ['services'])
    if (services?.kind !== 'map') {
      this.problems.report(services?.position ?? start, 'no-services', 'the file has no services', 'name a Compose file with services:')
      return undefined
    }
    const service = services.entries.get(name)
    if (service?.value.kind === 'map') return service.value
    const names = [...services.entries.keys()]
    const isIncluded = root !== undefined && nodeAt(root, ['include']) !== undefined
    if (service !== undefined) this.problems.report(service.position, 'wrong-type', `the service ${name} is no mapping`)
    else {
      const hint = suggestionHint(name, names) ?? (isIncluded ? 'services of files that are included are named with the file they stand in' : `its services are ${names.join(', ')}`)
      this.problems.report(asked ?? services.position, 'unknown-service', `there is no service ${name} in ${source.file}`, hint)
    }
    return undefined
  }

  async #compile(node: YamlMap, { source }: ManifestFile, through: readonly string[]): Promise<ComposeService> {
    const parsed = serviceSchema.safeParse(plainValue(node))
    if (parsed.error !== undefined) reportShape(parsed.error.issues, node, serviceSchema, this.problems)
    for (const [key, { position }] of node.entries) {
      if (/^(?:env|extend)/i.test(key) && !understood.includes(key)) reportUnknownKey(key, position, understood, this.problems)
    }
    if (parsed.data === undefined) return nothing
    const folder = dirname(source.file)
    const base = await this.#extended(node, parsed.data.extends, source.file, through)
    const own = environmentEntries(node.entries.get('environment')?.value, source, this.problems)
    const files = [parsed.data.env_file ?? []].flat().flatMap((file, index) => this.#named(typeof file === 'string' ? { path: file } : file, folder, filePosition(node, index)))
    return { entries: new Map([...base.entries, ...own]), files: withoutRepetition([...base.files, ...files]) }
  }

  async #extended(node: YamlMap, extended: z.output<typeof serviceSchema>['extends'], file: string, through: readonly string[]): Promise<ComposeService> {
    if (extended === undefined || extended === null) return nothing
    const { service, file: other = undefined } = typeof extended === 'string' ? { service: extended } : extended
    const asked = node.entries.get('extends')!.value.position
    const path = other === undefined ? file : this.#path(other, dirname(file), asked)
    return path === undefined ? nothing : this.read(path, service, asked, through)
  }

  #named(file: { readonly path: string; readonly required?: boolean | undefined; readonly format?: string | undefined }, folder: string, position: Position): NamedFile[] {
    const path = this.#path(file.path, folder, position)
    return path === undefined ? [] : [{ path, isRequired: file.required ?? true, format: file.format ?? '', position }]
  }

  #path(written: string, folder: string, position: Position): string | undefined {
    const filled = interpolate(written, this.lookup)
    if (filled.kind === 'text') return filled.value.startsWith('/') ? filled.value : join(folder, filled.value)
    if (filled.kind === 'invalid') this.problems.report(position, 'interpolation', 'the file name has a ${ without a name or a clear end', 'write ${NAME}, ${NAME:-default}, or $$ for a dollar sign')
    else this.problems.report(position, 'unknown-value', `the file name takes the value of ${filled.wording}, which is not known here`, `set that in the .env file beside the Compose file, or let --inherit-env take this shell's variables`)
    return undefined
  }
}

function filePosition(service: YamlMap, index: number): Position {
  const node: YamlNode = service.entries.get('env_file')!.value
  return (node.kind === 'list' ? node.items[index] : undefined)?.position ?? node.position
}

/** Of a file that is named twice the first place counts, with what the last one says of it. */
function withoutRepetition(files: readonly NamedFile[]): readonly NamedFile[] {
  const byPath = new Map<string, NamedFile>()
  for (const file of files) byPath.set(resolve(file.path), file)
  return [...byPath.values()]
}
