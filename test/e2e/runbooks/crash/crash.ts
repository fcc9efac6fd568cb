import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { build } from '../../built.js'
import { booksOf } from '../quiet.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'

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

/** A run of the five steps, in a folder of its own, whose processes may be killed. */
export class CrashingRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'preflight-crash-'))
  readonly log = join(this.folder, 'effects')

  /** @returns how it ended; `undefined` when it was killed */
  async go(mode: 'start' | 'resume' | 'undo', kill?: Kill): Promise<End | undefined> {
    const options = {
      ...booksOf(join(import.meta.dirname, 'books')),
      parameters: mode === 'start' ? [`log=${this.log}`] : [],
      id: 'example/five-steps',
      state: join(this.folder, 'state'),
    }
    const child = spawn(execPath, [join(import.meta.dirname, 'program.mjs')], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.end(JSON.stringify({ mode, build, options, kill }))
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

  get hasJournal(): boolean {
    return existsSync(join(this.folder, 'state/runs'))
  }

  async entries(): Promise<readonly JournalEntry[]> {
    const runs = join(this.folder, 'state/runs')
    const journal = await readJournal(join(runs, readdirSync(runs)[0]!))
    if (journal.problems.length > 0) throw new Error(journal.problems.join('; '))
    return journal.entries
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
