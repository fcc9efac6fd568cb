import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { BundleRequest, WrittenBundle } from '../../../../src/incidents/bundle/write-bundle.js'
import { compiled } from '../../../compiled.js'

export interface Stop {
  /** The operation on the file system before which the writer stops for good, from 1. */
  readonly at: number
  /** Half of the operation gets done. */
  readonly inMiddle?: boolean
  /** The code of an error that the operation ends in; the writer goes on then. */
  readonly error?: string
}

export interface Writer {
  readonly request: Omit<BundleRequest, 'gate' | 'signal'>
  readonly stop?: Stop
}

type WriterEnd = {
  /** Names of the operations, in order. */
  readonly operations: readonly string[]
} & (
  | { readonly end: 'stopped' }
  | { readonly end: 'written'; readonly written: WrittenBundle }
  | {
      readonly end: 'refused'
      readonly refusal: {
        readonly code: string
        readonly exitCode: number
        readonly message: string
        readonly hint?: string
      }
    }
)

const writeBundle = join(import.meta.dirname, '../../../../src/incidents/bundle/write-bundle.ts')

/**
 * Writes bundles in a process that dies by SIGKILL when every one of them is written, refused or stopped.
 *
 * @param shell what a shell does first; it runs the process as `"$@"`
 */
export async function runWriters(writers: readonly Writer[], shell = 'exec "$@"'): Promise<readonly WriterEnd[]> {
  const child = spawn(
    'bash',
    ['-c', shell, 'bash', process.execPath, join(import.meta.dirname, 'writer.mjs'), compiled(writeBundle)],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  child.stdin.end(JSON.stringify({ writers }))
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  if (signal !== 'SIGKILL' && code !== 137) throw new Error(`the writers ended with ${code ?? signal}: ${err}`)
  return JSON.parse(out) as readonly WriterEnd[]
}
