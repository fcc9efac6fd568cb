import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { z } from 'zod'
import { JsonDepthError, parseBoundedJson } from '../kernel/bounded-json.js'
import { codeOf, messageOf, PreflightError } from '../kernel/errors.js'
import { exitCodes } from '../kernel/exit-codes.js'

/** Bytes of a document: a run of ten thousand checks with long facts stays below. */
const most = 64 * 1024 * 1024

/** What is read, as messages call it. */
export interface DocumentKind<Schema extends z.ZodType> {
  /** `result`, `snapshot`. */
  readonly noun: string
  readonly schema: Schema
  /** Where such a document comes from. */
  readonly hint: string
  /** For files that nobody named: a link in a folder of ours was put there by somebody else. */
  readonly refuseLinks?: boolean
}

/** A file that is no such document, or none that this version reads: exit 3. */
export class DocumentUnreadableError extends PreflightError {
  override readonly name = 'DocumentUnreadableError'
  constructor({ noun, hint }: Pick<DocumentKind<z.ZodType>, 'noun' | 'hint'>, path: string, what: string, cause?: unknown) {
    super(`${noun}-unreadable`, exitCodes.invalid, `the ${noun} ${path} ${what}`, { cause, hint })
  }
}

/**
 * Reads a JSON document, strictly: a regular file of bounded size that holds a document of the schema and nothing beside it.
 *
 * @throws DocumentUnreadableError
 */
export async function readDocument<Schema extends z.ZodType>(path: string, kind: DocumentKind<Schema>): Promise<z.output<Schema>> {
  const text = await readText(path, kind)
  let value: unknown
  try {
    value = parseBoundedJson(text)
  } catch (error) {
    // The parser's own message quotes the text.
    throw new DocumentUnreadableError(kind, path, error instanceof JsonDepthError ? `cannot be read: ${error.message}` : 'is not JSON')
  }
  const parsed = kind.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new DocumentUnreadableError(kind, path, `is no ${kind.noun} document that this version reads: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'invalid'}`)
}

async function readText(path: string, kind: DocumentKind<z.ZodType>): Promise<string> {
  let file: FileHandle | undefined
  try {
    // Without O_NONBLOCK a pipe of that name would be waited for.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | (kind.refuseLinks === true ? constants.O_NOFOLLOW : 0))
    const status = await file.stat()
    if (!status.isFile()) throw new DocumentUnreadableError(kind, path, 'is no regular file')
    if (status.size > most) throw new DocumentUnreadableError(kind, path, `is larger than ${most / 1024 / 1024} MiB`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile())
  } catch (error) {
    if (error instanceof PreflightError) throw error
    throw new DocumentUnreadableError(kind, path, reasons[codeOf(error)] ?? `cannot be read: ${messageOf(error)}`, error)
  } finally {
    await file?.close()
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ELOOP: 'is a symbolic link',
  EACCES: 'may not be read by this user',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8',
}
