import { open } from 'node:fs/promises'
import { codeOf, messageOf, UsageError } from '../kernel/errors.js'
import { Secret } from '../kernel/secret.js'
import type { TestedVariable } from '../model/environment.js'
import type { Diagnostic } from '../model/position.js'
import { readAssignment } from './environment-line.js'

/** The variables of a file in the order of their first assignment, and what is wrong with it. Use none of them unless nothing is. */
export interface EnvironmentFile {
  readonly variables: readonly (readonly [string, TestedVariable])[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Far above what any process can be started with; a greater file is something else. In bytes. */
const largestFile = 4 * 1024 * 1024

/**
 * Reads the assignments of an environment file (see `readAssignment` for the grammar). Every problem is told with its place,
 * and never with a piece of the file, which may be a secret.
 *
 * @param file the name that positions carry
 */
export function parseEnvironmentFile(bytes: Buffer, file: string): EnvironmentFile {
  const text = bytes.toString('utf8')
  const lineStarts = lineStartsOf(text)
  const diagnostics: Diagnostic[] = []
  const report = (at: number, code: string, message: string, hint: string) =>
    void diagnostics.push({ position: { file, ...placeOf(at, lineStarts) }, code, message, hint })

  const damage = firstDamage(bytes, text)
  if (damage !== undefined) {
    report(...damage)
    return { variables: [], diagnostics }
  }

  const variables = new Map<string, TestedVariable>()
  for (let start = 0; start < text.length; ) {
    const assignment = readAssignment(text, start)
    if (assignment.kind === 'fault') report(assignment.at, assignment.code, assignment.message, assignment.hint)
    if (assignment.kind === 'assignment') {
      const { name, value } = assignment
      const earlier = variables.get(name)
      // Whatever reads the file lets the last one win, so an equal repetition is harmless; of two values one is not meant.
      if (earlier !== undefined && earlier.value.reveal() !== value) {
        report(start, 'duplicate-variable', `${name} has another value on line ${earlier.origin.line}`, 'keep one of the two assignments')
      }
      variables.set(name, { value: new Secret(value), origin: { source: file, line: placeOf(start, lineStarts).line } })
    }
    start = assignment.end + 1
  }
  return { variables: [...variables], diagnostics }
}

/**
 * Reads an environment file from disk; a pipe such as a shell's `<(…)` works as well.
 *
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readEnvironmentFile(path: string): Promise<EnvironmentFile> {
  return parseEnvironmentFile(await readBounded(path), path)
}

async function readBounded(path: string): Promise<Buffer> {
  if (path.includes('\0')) throw new UsageError('the name of an environment file holds a NUL character')
  try {
    const file = await open(path, 'r')
    try {
      const chunks: Buffer[] = []
      for await (const chunk of file.createReadStream({ autoClose: false, end: largestFile })) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      if (bytes.length > largestFile) throw new UsageError(`environment file ${path} is over 4 MiB`, { hint: 'name a file of NAME=value lines' })
      return bytes
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`environment file ${path} ${failures[codeOf(error)] ?? `cannot be read: ${messageOf(error)}`}`, {
      hint: 'name a readable file of NAME=value lines',
      cause: error,
    })
  }
}

const failures: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
}

/** What makes the file no text that could be read line by line, if anything does. */
function firstDamage(bytes: Buffer, text: string): [at: number, code: string, message: string, hint: string] | undefined {
  if (text.startsWith('\uFEFF')) return [0, 'byte-order-mark', 'the file starts with a byte order mark', 'write the file without one: most loaders take it for a part of the first name']
  const replaced = firstInvalidUtf8(bytes, text)
  if (replaced !== -1) return [replaced, 'not-utf8', 'the file is not UTF-8', 'write the file as UTF-8']
  const nul = text.indexOf('\0')
  if (nul !== -1) return [nul, 'nul-character', 'the file holds a NUL character, which no environment can', 'remove it, or put the value in base64']
  return undefined
}

/** Index in the decoded text of the first byte that is no UTF-8, -1 when all are. A U+FFFD that the file itself holds is fine. */
function firstInvalidUtf8(bytes: Buffer, text: string): number {
  if (Buffer.from(text, 'utf8').equals(bytes)) return -1
  let offset = 0
  for (let at = text.indexOf('\uFFFD'), from = 0; at !== -1; from = at + 1, at = text.indexOf('\uFFFD', from)) {
    offset += Buffer.byteLength(text.slice(from, at), 'utf8')
    if (bytes.subarray(offset, offset + 3).toString('latin1') !== '\xEF\xBF\xBD') return at
    offset += 3
  }
  return text.length
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** By bisection over the lines' starts: a file of a thousand assignments asks a thousand times. */
function placeOf(at: number, lineStarts: readonly number[]): { line: number; column: number } {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] ?? Infinity) <= at) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: at - (lineStarts[low] ?? 0) + 1 }
}
