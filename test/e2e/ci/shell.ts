import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
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

/** Puts a `preflight` into a folder that runs the built program, and an `npm` that notes what it was asked. */
export function stageCommands(folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(
    join(bin, 'preflight'),
    `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} -- ${JSON.stringify(program)} "$@"\n`,
  )
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nprintf '%s\\n' "$@" >>${JSON.stringify(join(folder, 'npm-arguments'))}\n`)
  for (const name of ['preflight', 'npm']) chmodSync(join(bin, name), 0o755)
  return bin
}
