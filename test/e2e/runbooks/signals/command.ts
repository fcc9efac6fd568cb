import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { runRecordOf, type RunRecord } from '../../../../src/runbooks/record/run-record.js'
import { program } from '../../program.js'

const books = join(import.meta.dirname, 'books')

/** `preflight runbook …` as a process of its own, in a folder of its own. */
export class CommandRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'preflight-signals-'))
  readonly state = join(this.folder, 'state')
  output = ''
  readonly #around: readonly string[]

  /** @param around what starts the program, such as setpriv(1) with its options */
  constructor(around: readonly string[] = []) {
    this.#around = around
  }

  /** @param isAtTerminal gives it a terminal of its own (script(1)) */
  start(
    args: readonly string[],
    isAtTerminal = false,
  ): { readonly child: ChildProcess; readonly ended: Promise<number | string | null> } {
    const argv = [
      ...this.#around,
      execPath,
      '--',
      program,
      'runbook',
      ...args,
      '--state',
      this.state,
      '--no-builtin',
      '--runbooks',
      books,
    ]
    const command = argv.map((word) => `'${word}'`).join(' ')
    const [file, ...rest] = isAtTerminal ? ['script', '-qec', command, '/dev/null'] : argv
    const child = spawn(file!, rest, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.folder, TERM: 'xterm' },
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')))
    return { child, ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null) }
  }

  /** Waits until the command has said something. */
  async said(text: string): Promise<void> {
    await this.#until(() => this.output.includes(text), `it never said ${text}; it said:\n${this.output}`)
  }

  async #until(holds: () => boolean, complaint: string): Promise<void> {
    for (let waited = 0; !holds(); waited += 20) {
      if (waited > 30_000) throw new Error(complaint)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** The record of its only run. @throws Error when its journal is not whole */
  async record(): Promise<RunRecord> {
    const runs = join(this.state, 'runs')
    const journal = await readJournal(join(runs, readdirSync(runs)[0]!))
    if (journal.problems.length > 0) throw new Error(journal.problems.join('; '))
    return runRecordOf(journal.entries)
  }

  log(): readonly string[] {
    const path = join(this.folder, 'log')
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  }

  /** The processes that a stubborn step started, of those that still run. */
  survivors(): readonly string[] {
    return ['deaf', 'holding', 'session'].filter((name) =>
      isRunning(Number(readFileSync(join(this.folder, name), 'utf8'))),
    )
  }

  /** Ends what a killed run could not end, and removes the folder. */
  remove(): void {
    for (const name of ['main', 'deaf', 'holding', 'session']) {
      const path = join(this.folder, name)
      const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
      if (pid > 1 && isRunning(pid)) process.kill(pid, 'SIGKILL')
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
