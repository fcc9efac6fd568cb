import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { suggestionHint } from '../../../base/text/wording.js'
import type { Position } from '../../../base/errors.js'
import { type Problems, nodeAt, plainValue, type YamlMap } from '../../../definitions/yaml-node.js'
import { readManifestFile, type ManifestFile } from '../manifest-file.js'
import { reportShape, reportUnknownKey } from '../env-source-text.js'
import { environmentEntries, interpolate, type Lookup } from './interpolate.js'
import { isReset, mergeTags, replaces, taggedItems, withoutReset } from './compose-files.js'
import {
  type NamedEnvFile,
  type ComposeService,
  nothing,
  together,
  without,
  serviceIn,
  isNull,
  filePosition,
} from './compose-service.js'

const serviceSchema = z.looseObject({
  environment: z.unknown().optional(),
  env_file: z
    .union([
      z.string(),
      z.array(
        z.union([
          z.string(),
          z.strictObject({ path: z.string(), required: z.boolean().optional(), format: z.enum(['raw']).optional() }),
        ]),
      ),
    ])
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
   * Merges what several files say of a service, as Compose does with `-f` (Compose specification, "Merge"): variables
   * by their name, the later file's over the earlier's; `env_file`s one after the other. Paths are relative to the
   * first file. A file may be silent of the service.
   *
   * @throws UsageError when a file cannot be read
   */
  async readTogether(paths: readonly string[], name: string): Promise<ComposeService> {
    const [first = ''] = paths
    if (paths.length === 1) return this.read(first, name)
    const files: ManifestFile[] = []
    for (const path of paths) {
      const file = await this.#file(path)
      if (file === undefined) return nothing
      files.push(file)
    }
    const speaking = files.filter((file) => serviceIn(file, name) !== undefined)
    if (speaking.length === 0) this.#find(files[0]!, name, undefined)
    let merged = nothing
    for (const file of speaking) {
      const node = serviceIn(file, name)!
      if (replaces(node) || replaces(nodeAt(file.roots[0]!, ['services']))) merged = nothing
      const service = isReset(node) || isNull(node) ? undefined : this.#find(file, name, undefined)
      if (service !== undefined)
        merged = await this.#compile(service, file, [`${resolve(file.source.file)}#${name}`], {
          folder: dirname(first),
          below: merged,
        })
    }
    return merged
  }

  /**
   * @param asked where the service is named; of the command line nothing
   * @throws UsageError when a file cannot be read
   */
  async read(path: string, name: string, asked?: Position, through: readonly string[] = []): Promise<ComposeService> {
    const link = `${resolve(path)}#${name}`
    if (asked !== undefined && through.includes(link)) {
      this.problems.report(
        asked,
        'cycle',
        `the service extends itself: ${[...through.slice(through.indexOf(link)), link].map((each) => each.slice(each.lastIndexOf('#') + 1)).join(' → ')}`,
      )
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
    const file = await readManifestFile(path, { what: 'Compose file', hint: 'name a readable Compose file' }, mergeTags)
    this.#files.set(resolve(path), file)
    for (const { position, code, message, hint } of file.diagnostics)
      this.problems.report(position, code, message, hint)
    const [, second] = file.roots
    if (second !== undefined)
      this.problems.report(
        second.position,
        'several-documents',
        'the file contains a second document',
        'keep one document in a Compose file',
      )
    return file.diagnostics.length > 0 ? undefined : file
  }

  #find({ source, roots: [root] }: ManifestFile, name: string, asked: Position | undefined): YamlMap | undefined {
    const start = { file: source.file, line: 1, column: 1 }
    const services = root === undefined ? undefined : nodeAt(root, ['services'])
    if (services?.kind !== 'map') {
      this.problems.report(
        services?.position ?? start,
        'no-services',
        'the file has no services',
        'name a Compose file with services:',
      )
      return undefined
    }
    const service = services.entries.get(name)
    if (service?.value.kind === 'map') return service.value
    const names = [...services.entries.keys()]
    const isIncluded = root !== undefined && nodeAt(root, ['include']) !== undefined
    if (service !== undefined)
      this.problems.report(service.position, 'wrong-type', `the service ${name} is not a mapping`)
    else {
      const hint =
        suggestionHint(name, names) ??
        (isIncluded ? 'name a service of an included file with that file' : `its services are ${names.join(', ')}`)
      this.problems.report(asked ?? services.position, 'unknown-service', `no service ${name} in ${source.file}`, hint)
    }
    return undefined
  }

  /** @param place what its paths are relative to, and what earlier files say of the service */
  async #compile(
    written: YamlMap,
    { source }: ManifestFile,
    through: readonly string[],
    { folder, below }: { readonly folder: string; readonly below: ComposeService } = {
      folder: dirname(source.file),
      below: nothing,
    },
  ): Promise<ComposeService> {
    const node = withoutReset(written)
    for (const tagged of taggedItems(node, understood))
      this.problems.report(
        tagged.position,
        'unknown-tag',
        `an item of a list cannot be marked ${tagged.tag} here`,
        'mark the whole list',
      )
    const parsed = serviceSchema.safeParse(plainValue(node))
    if (parsed.error !== undefined) reportShape(parsed.error.issues, node, serviceSchema, this.problems)
    for (const [key, { position }] of node.entries) {
      if (/^(?:env|extend)/i.test(key) && !understood.includes(key))
        reportUnknownKey(key, position, understood, this.problems)
    }
    if (parsed.data === undefined) return nothing
    const base = await this.#extended(node, parsed.data.extends, { file: source.file, folder }, through)
    const variables = node.entries.get('environment')?.value
    const own = environmentEntries(
      variables?.kind === 'map' ? withoutReset(variables) : variables,
      source,
      this.problems,
    )
    const files = [parsed.data.env_file ?? []]
      .flat()
      .flatMap((file, index) =>
        this.#named(typeof file === 'string' ? { path: file } : file, folder, filePosition(node, index)),
      )
    return together(without(together(below, base), written), { entries: own, files })
  }

  async #extended(
    node: YamlMap,
    extended: z.output<typeof serviceSchema>['extends'],
    { file, folder }: { readonly file: string; readonly folder: string },
    through: readonly string[],
  ): Promise<ComposeService> {
    if (extended === undefined || extended === null) return nothing
    const { service, file: other }: { readonly service: string; readonly file?: string | undefined } =
      typeof extended === 'string' ? { service: extended } : extended
    const asked = node.entries.get('extends')!.value.position
    const path = other === undefined ? file : this.#path(other, folder, asked)
    return path === undefined ? nothing : this.read(path, service, asked, through)
  }

  #named(
    file: { readonly path: string; readonly required?: boolean | undefined; readonly format?: string | undefined },
    folder: string,
    position: Position,
  ): NamedEnvFile[] {
    const path = this.#path(file.path, folder, position)
    return path === undefined ? [] : [{ path, isRequired: file.required ?? true, format: file.format ?? '', position }]
  }

  #path(written: string, folder: string, position: Position): string | undefined {
    const filled = interpolate(written, this.lookup)
    if (filled.kind === 'text') return filled.value.startsWith('/') ? filled.value : join(folder, filled.value)
    if (filled.kind === 'invalid')
      this.problems.report(
        position,
        'interpolation',
        'the file name has a ${ without a name or a clear end',
        'write ${NAME}, ${NAME:-default}, or $$ for a dollar sign',
      )
    else
      this.problems.report(
        position,
        'unknown-value',
        `the file name takes the value of ${filled.wording}, which is not known here`,
        `set it in the .env file beside the Compose file, or let --inherit-env take this shell's variables`,
      )
    return undefined
  }
}
