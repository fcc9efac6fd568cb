import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runInProcess } from '../in-process.js'
import { program } from '../program.js'

/** Where the program keeps what it keeps. It goes with the folder of the whole run of tests. */
const home = mkdtempSync(join(tmpdir(), 'preflight-home-'))

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Saying extends Promise<Ended> {
  /** Settles when this text has come on either stream. */
  said(text: string): Promise<void>
}

export interface Started extends Saying {
  readonly child: ChildProcess
}

interface CommandOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What comes on standard input; nothing when absent. */
  readonly input?: string | Buffer
  /** Code of the system's error that every write to standard output ends with. */
  readonly outputError?: 'EPIPE' | 'ENOSPC'
}

interface StartOptions extends Omit<CommandOptions, 'input' | 'outputError'> {
  readonly stdio?: readonly ['ignore', number | 'pipe', 'pipe']
}

const environmentOf = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  CI: 'true',
  ...more,
})

/**
 * Runs the built program as a user would, with no terminal and nothing of this process's environment but the path; in
 * this process, one after the other.
 */
export async function preflight(
  args: readonly string[],
  { cwd = '/', environment = {}, ...streams }: CommandOptions = {},
): Promise<Ended> {
  const end = await runInProcess({ args, cwd, environment: environmentOf(environment), ...streams })
  return { exitCode: end.exitCode, stdout: end.stdout.toString('utf8'), stderr: end.stderr.toString('utf8') }
}

/** The same, and what it says can be waited for while it runs. Until its end, folder and environment are its own. */
export function startHere(
  args: readonly string[],
  { cwd = '/', environment = {} }: Pick<CommandOptions, 'cwd' | 'environment'> = {},
): Saying {
  const heard = new Heard()
  const ended = runInProcess({ args, cwd, environment: environmentOf(environment), onOutput: heard.onOutput }).then(
    ({ exitCode, stdout, stderr }) => ({ exitCode, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') }),
  )
  return Object.assign(ended, { said: (text: string) => heard.said(text, ended) })
}

/**
 * Starts the built program in a process of its own, for what only a process shows: signals, its streams, what runs
 * beside it, and what it does before and after the command.
 */
export function startProgram(
  args: readonly string[],
  { cwd = '/', environment = {}, stdio = ['ignore', 'pipe', 'pipe'] }: StartOptions = {},
): Started {
  const child = spawn(process.execPath, ['--', program, ...args], {
    cwd,
    env: environmentOf(environment),
    stdio: [...stdio],
  })
  const output = { stdout: '', stderr: '' }
  const heard = new Heard()
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk: Buffer) => {
      output[stream] += chunk.toString('utf8')
      heard.onOutput(chunk)
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, ...output }))
  })
  return Object.assign(ended, { child, said: (text: string) => heard.said(text, ended) })
}

/** Milliseconds that a text is waited for: less than a test has, so that it fails with what came instead. */
const longestWait = 80_000

/** What a program has written on either stream so far. */
class Heard {
  #text = ''
  readonly #looks = new Set<() => void>()

  readonly onOutput = (chunk: Buffer): void => {
    this.#text += chunk.toString('utf8')
    for (const look of this.#looks) look()
  }

  said(text: string, ended: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(patience)
        this.#looks.delete(look)
        settle()
      }
      const fail = (what: string): void => end(() => reject(new Error(`${what} "${text}":\n${this.#text}`)))
      const patience = setTimeout(() => fail('it has not said yet'), longestWait)
      const look = (): void => {
        if (this.#text.includes(text)) end(resolve)
      }
      this.#looks.add(look)
      look()
      void ended.then(
        () => fail('it ended without saying'),
        () => fail('it ended without saying'),
      )
    })
  }
}

/**
 * A temporary folder with these files. It goes with the folder of the whole run of tests: among tests that run at the
 * same time it is unknown which of them a hook that is set while they run belongs to.
 */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-cli-'))
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  return folder
}

/** A small pack: one check of an environment variable, one that is advisory, and one that runs a command of its own. */
export const regionPack = `stage: config
variables:
  REGION: { values: [eu, us], exposure: public }
inputs:
  wanted: { type: string, description: the region that is wanted, default: eu }
  program: { type: list, description: what the slow check runs, default: ["true"] }
  port: { type: integer, description: a port that is asked, default: 1 }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    env: { name: REGION }
    expect:
      - that: facts.set && facts.value == inputs.wanted
        message: "REGION is \${{ facts.set ? facts.value : 'not set' }}"
    fix: set REGION
  hint:
    title: the region is in Europe
    severity: advisory
    class: config
    stage: secrets
    env: { name: REGION }
    expect:
      - that: facts.value == "eu"
    fix: set REGION=eu
  slow:
    title: a command ends
    severity: high
    class: code
    stage: runtime
    timeout: 30s
    command: { argv: "\${{ inputs.program }}" }
    expect:
      - that: facts.exitCode == 0
        message: it ended with \${{ facts.exitCode }}
    fix: look at it
`

export const ownPacks = ['--no-builtin', '--checks', 'packs'] as const
