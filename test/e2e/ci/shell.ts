import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../program.js'

interface ShellEnded {
  readonly exitCode: number | null
  readonly output: string
}

/** Runs a program as a CI system's runner would: with these variables and nothing else of this process but the path. */
export function runShell(
  command: readonly [string, ...string[]],
  {
    cwd,
    environment,
    path = [],
  }: {
    readonly cwd: string
    readonly environment: Readonly<Record<string, string>>
    readonly path?: readonly string[]
  },
): Promise<ShellEnded> {
  const [name, ...args] = command
  const env = { HOME: cwd, ...environment, PATH: [...path, process.env['PATH'] ?? ''].join(':') }
  const child = spawn(name, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, output }))
  })
}

interface Recorder {
  /** To be started in place of the built program; it ends with 3. */
  readonly program: string
  /** What it was started with. */
  started(): readonly string[]
}

/** Puts a program into a folder that notes what it is started with: the test tries that in its own process. */
export function recorderIn(folder: string): Recorder {
  const [file, notes] = [join(folder, 'recorder.cjs'), join(folder, 'started.json')]
  writeFileSync(
    file,
    `require('node:fs').writeFileSync(${JSON.stringify(notes)}, JSON.stringify(process.argv.slice(2)))\nprocess.exit(3)\n`,
  )
  return { program: file, started: () => JSON.parse(readFileSync(notes, 'utf8')) as string[] }
}

/** What `npm pack` makes of any package where `stageCommands` put npm, and its sha512. */
export const stagedPackage = {
  PREFLIGHT_PACKAGE: './arqonbus-preflight-0.1.0.tgz',
  PREFLIGHT_INTEGRITY: `sha512-${createHash('sha512').update('staged').digest('base64')}`,
} as const

/** Puts a `preflight` into a folder that runs the program, and an `npm` that notes what it was asked. */
export function stageCommands(folder: string, started = program): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(
    join(bin, 'preflight'),
    `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} -- ${JSON.stringify(started)} "$@"\n`,
  )
  const notes = JSON.stringify(join(folder, 'npm-arguments'))
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\necho "$*" >>${notes}\n[ "$1" != pack ] || printf staged >.preflight-package/staged.tgz\n`,
  )
  for (const name of ['preflight', 'npm']) chmodSync(join(bin, name), 0o755)
  return bin
}
