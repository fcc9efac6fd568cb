import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { folderOf } from '../e2e/cli/preflight.js'
import { program } from '../e2e/program.js'
import { folderWith, nodeOf } from '../e2e/stand-in-programs.js'

const setUp = join(import.meta.dirname, '../../scripts/set-up.mjs')

/** Debian has these two where they are found without PATH; elsewhere they would be among what is missing. */
const elsewhere = { initdb: '/bin/true', 'nats-server': '/bin/true' }
const onlyNode = folderWith({ node: process.execPath, ...elsewhere })

/** What a machine lacks, and the command that is then started on it. */
const lacking: Readonly<Record<string, { argv: readonly string[]; path: string; variables?: NodeJS.ProcessEnv }>> = {
  'run, without Node': { argv: [program, 'run'], path: folderOf({}) },
  'run, with Node 18.20.8': { argv: [program, 'run'], path: nodeOf('18.20.8') },
  'run, with HOME empty': { argv: [program, 'run'], path: onlyNode, variables: { HOME: '' } },
  'sandbox run, without Redis': { argv: [program, 'sandbox', 'run'], path: onlyNode, variables: { HOME: '/' } },
  'npm test, on a machine without its programs': { argv: [process.execPath, setUp], path: onlyNode },
  'npm run demo, on a machine without its programs': {
    argv: [process.execPath, setUp],
    path: onlyNode,
    variables: { npm_lifecycle_event: 'demo' },
  },
}

/** What is said where the machine itself lacks something, by what it lacks. */
export function machineMessages(): readonly {
  readonly title: string
  readonly exitCode: number | null
  stderr: string
}[] {
  // The set-up asks npm for nothing here: what is installed is as new as its list.
  const cwd = folderOf({ 'package-lock.json': '{}', 'node_modules/.package-lock.json': '{}' })
  return Object.entries(lacking).map(([title, { argv, path, variables }]) => {
    const [file = '', ...args] = argv
    const { status, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8', env: { PATH: path, ...variables } })
    return { title, exitCode: status, stderr: stderr.replaceAll(process.execPath, '/usr/bin/node') }
  })
}
