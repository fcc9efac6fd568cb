import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { codeOf, type Position } from '../../base/errors.js'
import { segmentPattern } from './definition-schema.js'
import type { Problems } from '../../definitions/yaml-node.js'

/** A folder of packs: one folder per system, in it YAML files. */
export interface PackRoot {
  readonly folder: string
  /** How the folder is called in positions. */
  readonly label: string
  /** Where the deployment file names the folder: a problem of the whole folder is there. */
  readonly namedAt?: Position
  /** The systems that are read, where not all of them are. */
  readonly systems?: readonly string[]
}

/** A file of checks and declarations, found but not yet read. */
export interface PackFile {
  readonly path: string
  /** How it is called in positions. */
  readonly file: string
  readonly root: PackRoot
  readonly system: string
  /** What the ids of its checks start with: system and area. */
  readonly prefix: string
  readonly folder: string
}

export interface FoundRoot {
  readonly root: PackRoot
  readonly files: readonly PackFile[]
  /** `selection.yaml`, where the root has one. */
  readonly selection: { readonly path: string; readonly file: string } | undefined
}

const deepestFolder = 8
export const selectionFile = 'selection.yaml'

/**
 * Finds the files of a root, in alphabetical order. What is named so that it would be passed over in silence is
 * reported.
 */
export async function findPackFiles(root: PackRoot, problems: Problems): Promise<FoundRoot> {
  const folder = resolve(root.folder)
  const before = problems.count
  const finder = new Finder(folder, root, problems)
  const top = await finder.top()
  const files: PackFile[] = []
  let selection: FoundRoot['selection']
  for (const { path, isFolder } of top) {
    if (isFolder) files.push(...(await finder.system(path)))
    else if (path === join(folder, selectionFile)) selection = { path, file: finder.label(path) }
    else if (isYaml(path)) finder.report(path, 'misplaced-file', 'a file of checks must be in the folder of its system')
  }
  if (top.length > 0 && files.length === 0 && root.systems === undefined && problems.count === before)
    finder.report(folder, 'no-packs', 'the folder holds no packs')
  return { root, files, selection }
}

/**
 * Finds the runbooks of a root, `<system>/<name>.yaml`, in alphabetical order. A folder without any is reported; what
 * is not YAML (a README) is passed over.
 */
export async function findRunbookFiles(root: PackRoot, problems: Problems): Promise<readonly PackFile[]> {
  const folder = resolve(root.folder)
  const before = problems.count
  const finder = new Finder(folder, root, problems)
  const files: PackFile[] = []
  for (const { path, isFolder } of await finder.top()) {
    if (isFolder) files.push(...(await finder.below(path, 1)))
    else if (isYaml(path)) finder.report(path, 'misplaced-file', 'a runbook must be in the folder of its system')
  }
  if (files.length === 0 && root.systems === undefined && problems.count === before)
    finder.report(folder, 'no-runbooks', 'the folder holds no runbooks')
  return files
}

/** A file of alerts, `<system>.yaml`. */
export type AlertFile = Pick<PackFile, 'path' | 'file' | 'root' | 'system'>

/**
 * Finds the files of alerts of a root, in alphabetical order. A folder without any is reported; what is not YAML (a
 * README) is passed over.
 */
export async function findAlertFiles(root: PackRoot, problems: Problems): Promise<readonly AlertFile[]> {
  const folder = resolve(root.folder)
  const before = problems.count
  const finder = new Finder(folder, root, problems)
  const files: AlertFile[] = []
  for (const { path, isFolder } of await finder.list(folder, 0)) {
    if (isFolder) finder.report(path, 'misplaced-file', 'the alerts of a system are one file, <system>.yaml')
    else if (isYaml(path)) files.push(...finder.packFile(path))
  }
  if (files.length === 0 && problems.count === before) finder.report(folder, 'no-alerts', 'the folder holds no alerts')
  const { systems } = root
  return systems === undefined ? files : files.filter(({ system }) => systems.includes(system))
}

interface Entry {
  readonly path: string
  readonly isFolder: boolean
}

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path)

class Finder {
  constructor(
    readonly folder: string,
    readonly root: PackRoot,
    readonly problems: Problems,
  ) {}

  label(path: string): string {
    return join(this.root.label, relative(this.folder, path))
  }

  report(path: string, code: string, message: string): void {
    const { namedAt } = this.root
    if (path === this.folder && namedAt !== undefined)
      this.problems.report(namedAt, code, `${this.label(path)}: ${message}`)
    else this.problems.report({ file: this.label(path), line: 1, column: 1 }, code, message)
  }

  /** What is at the top of the root, of its systems only those that are read. */
  async top(): Promise<readonly Entry[]> {
    const { systems } = this.root
    const all = await this.list(this.folder, 0)
    return systems === undefined
      ? all
      : all.filter(({ path, isFolder }) => !isFolder || systems.includes(basename(path)))
  }

  async system(path: string): Promise<PackFile[]> {
    const files = await this.below(path, 1)
    if (files.length === 0) this.report(path, 'empty-pack', 'the folder of a system holds no checks')
    return files
  }

  async below(folder: string, depth: number): Promise<PackFile[]> {
    const found: PackFile[] = []
    for (const { path, isFolder } of await this.list(folder, depth)) {
      if (isFolder) found.push(...(await this.below(path, depth + 1)))
      else if (isYaml(path)) found.push(...this.packFile(path))
    }
    return found
  }

  packFile(path: string): PackFile[] {
    const segments = relative(this.folder, path).split(sep)
    if (!path.endsWith('.yaml')) this.report(path, 'file-name', 'a file of checks must end in .yaml')
    const names = [...segments.slice(0, -1), segments.at(-1)!.replace(/\.ya?ml$/i, '')]
    const wrong = names.find((name) => !segmentPattern.test(name))
    if (wrong !== undefined)
      this.report(
        path,
        'file-name',
        `${wrong} cannot be part of an id: use lower-case letters, digits and single hyphens`,
      )
    return [
      {
        path,
        file: this.label(path),
        root: this.root,
        system: names[0]!,
        prefix: names.join('/'),
        folder: dirname(path),
      },
    ]
  }

  async list(folder: string, depth: number): Promise<Entry[]> {
    if (depth > deepestFolder) {
      this.report(folder, 'too-deep', `folders of checks may be nested at most ${deepestFolder} levels deep`)
      return []
    }
    try {
      const entries: Entry[] = []
      for (const name of (await readdir(folder)).sort()) {
        if (name.startsWith('.')) continue
        const path = join(folder, name)
        const found = await stat(path).catch(() => undefined)
        if (found === undefined) this.report(path, 'unreadable-file', 'the target of this link cannot be read')
        else entries.push({ path, isFolder: found.isDirectory() })
      }
      if (entries.length === 0 && depth === 0) this.report(folder, 'no-packs', 'the folder holds no packs')
      return entries
    } catch (error) {
      const reason =
        { ENOENT: 'folder not found', ENOTDIR: 'not a folder', EACCES: 'no permission to read the folder' }[
          codeOf(error)
        ] ?? 'the folder cannot be read'
      this.report(folder, 'unreadable-folder', reason)
      return []
    }
  }
}
