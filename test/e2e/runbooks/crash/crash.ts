import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { build } from '../../built.js'
import { booksOf } from '../quiet.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'

/** Whether each process is killed in truth; else one is copied at each moment at which it could be killed. */
export const isDeep = process.env['PREFLIGHT_DEEP'] !== undefined

export interface Kill {
  /** The operation on the journal before which the process dies, from 1. */
  readonly at: number
  /** Half of the write gets through. */
  readonly torn?: boolean
}

export interface End {
  readonly operations: number
  readonly state: string
  readonly exitCode: number
  readonly message: string
  readonly steps: Readonly<Record<string, string>>
}

type Mode = 'start' | 'resume' | 'undo'

/** A run of the five steps, in a folder of its own, whose processes may be killed. */
export class CrashingRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'preflight-crash-'))
  readonly log = join(this.folder, 'effects')
  readonly #copies = mkdtempSync(join(tmpdir(), 'preflight-crash-copies-'))

  /** @returns how it ended; `undefined` when it was killed */
  go(mode: Mode, kill?: Kill): Promise<End | undefined> {
    return this.#start(mode, { kill })
  }

  /** Carries it out to its end; `leave` then shows what would be there had it been killed. */
  async goAndCopy(mode: Mode): Promise<End> {
    return (await this.#start(mode, { folder: this.folder, copies: this.#copies }))!
  }

  /** Puts the folder into the state in which a kill of what was copied would have left it. */
  leave({ at, torn }: Kill): void {
    rmSync(this.folder, { recursive: true })
    cpSync(join(this.#copies, torn === true ? `${at}-torn` : `${at}`), this.folder, { recursive: true })
  }

  async #start(mode: Mode, more: object): Promise<End | undefined> {
    const options = {
      ...booksOf(join(import.meta.dirname, 'books')),
      parameters: mode === 'start' ? [`log=${this.log}`] : [],
      id: 'example/five-steps',
      state: join(this.folder, 'state'),
    }
    const child = spawn(execPath, [join(import.meta.dirname, 'program.mjs')], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.end(JSON.stringify({ mode, build, options, ...more }))
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>
    const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), exited])
    if (signal === 'SIGKILL') return undefined
    if (code !== 0) throw new Error(`${mode} ended with ${code}: ${err}`)
    return JSON.parse(out) as End
  }

  /** What was done to the world, in order. */
  effects(): readonly string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n') : []
  }

  async entries(): Promise<readonly JournalEntry[]> {
    return (await this.#journal()).entries
  }

  /** What is there, but for names and times. */
  async shape(): Promise<object> {
    const { entries, tornBytes } = await this.#journal()
    const events = entries.map(({ event }) => ('step' in event ? `${event.type} ${event.step}` : event.type))
    return { events, isTorn: tornBytes > 0, effects: this.effects() }
  }

  async #journal() {
    const runs = join(this.folder, 'state/runs')
    const journal = await readJournal(join(runs, readdirSync(runs)[0]!))
    if (journal.problems.length > 0) throw new Error(journal.problems.join('; '))
    return journal
  }

  remove(): void {
    for (const folder of [this.folder, this.#copies]) rmSync(folder, { recursive: true, force: true })
  }
}
