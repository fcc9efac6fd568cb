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

export interface Started extends Promise<Ended> {
  readonly child: ChildProcess
  /** Settles when this text has come on either stream. */
  said(text: string): Promise<void>
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

/** Milliseconds that a text is waited for: less than a test has, so that it fails with what came instead. */
const longestWait = 80_000

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
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    for (const listener of listeners) listener()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`${what} "${text}":\n${stdout}\n${stderr}`))
      const patience = setTimeout(() => fail('it has not said yet'), longestWait)
      const look = (): void => {
        if (!stdout.includes(text) && !stderr.includes(text)) return
        listeners.delete(look)
        clearTimeout(patience)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then(() => {
        clearTimeout(patience)
        fail('it ended without saying')
      })
    })
  return Object.assign(ended, { child, said })
}

/**
 * A temporary folder with these files. It goes with the folder of the whole run of tests: among tests that run at the
 * same time nobody can tell which of them a hook that is set while they run belongs to.
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
