import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { codeOf } from '../base/errors.js'
import { readRegularFile } from '../base/files/regular-file.js'
import { pathText } from '../base/text/terminal-text.js'

/** Bytes of one file: `stat` of a machine with hundreds of processors has a tenth of it. */
const largestFile = 4 * 1024 * 1024

/** What the system answers where it does not show something: it ended meanwhile, is forbidden, or does not exist. */
const notShown = ['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL']

/** The input of every kind that reads a tree as `/proc` is one. */
export const procRootInput = () =>
  pathText()
    .default('/proc')
    .describe(
      'the folder that is read as /proc; another one holds a recording. Where something is read twice, a file NAME.2 beside NAME in it is the second reading',
    )

/** Which of two readings; a recording has a file of its own for the second one, `/proc` never has. */
export type Reading = 'first' | 'second'

/** A folder as proc(5) describes `/proc`: that of this machine, or a recording. */
export class ProcTree {
  readonly root: string

  constructor(root: string) {
    this.root = resolve(root)
  }

  /** Whether it is that of this machine, where our own process is in. */
  get isOwn(): boolean {
    return this.root === '/proc'
  }

  /** The bytes of a file; `undefined` where the system does not show them. */
  async bytes(...path: readonly string[]): Promise<Buffer | undefined> {
    try {
      return await readRegularFile(join(this.root, ...path), { links: 'follow', most: largestFile })
    } catch (error) {
      if (notShown.includes(codeOf(error))) return undefined
      throw error
    }
  }

  /** The text of a file; `undefined` where the system does not show it. */
  async text(path: string, reading: Reading = 'first'): Promise<string | undefined> {
    const recorded = reading === 'second' && !this.isOwn ? await this.bytes(`${path}.2`) : undefined
    return (recorded ?? (await this.bytes(path)))?.toString('utf8')
  }

  /** The names in a folder; `undefined` where the system does not show them. */
  async names(path: string): Promise<readonly string[] | undefined> {
    try {
      return await readdir(join(this.root, path))
    } catch (error) {
      if (notShown.includes(codeOf(error))) return undefined
      throw error
    }
  }

  /** Ids of all processes; `undefined` where the folder is not shown. */
  async processIds(): Promise<readonly number[] | undefined> {
    return (await this.names('.'))?.filter((name) => /^[1-9]\d*$/.test(name)).map(Number)
  }
}
