import type { z } from 'zod'
import { codeOf, messageOf, PreflightError, exitCodes } from '../errors.js'
import { JsonFormError, parseStrictJson } from '../text/bounded-json.js'
import { readRegularFile } from './regular-file.js'
import { withArticle } from '../text/wording.js'
import { placePath } from '../text/place-path.js'

/** Bytes of a document: a run of ten thousand checks with long facts stays below. */
const most = 64 * 1024 * 1024

/** What is read, as messages call it. */
interface DocumentKind<Schema extends z.ZodType> {
  /** `result`, `snapshot`. */
  readonly noun: string
  readonly schema: Schema
  /** Where such a document comes from. */
  readonly hint: string
  /** For files that were not named: a link in a folder of ours was put there by somebody else. */
  readonly refuseLinks?: boolean
}

/** A file that is not such a document, or not one that this version reads: exit 3. */
export class DocumentUnreadableError extends PreflightError {
  override readonly name = 'DocumentUnreadableError'
  constructor(
    { noun, hint }: Pick<DocumentKind<z.ZodType>, 'noun' | 'hint'>,
    path: string,
    what: string,
    cause?: unknown,
  ) {
    super(`${noun}-unreadable`, exitCodes.invalid, `the ${noun} ${path} ${what}`, { cause, hint })
  }
}

/**
 * Reads a JSON document, strictly: a regular file of bounded size that holds a document of the schema, in the one form
 * that readers take alike.
 *
 * @throws DocumentUnreadableError
 */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  kind: DocumentKind<Schema>,
): Promise<z.output<Schema>> {
  const parsed = kind.schema.safeParse(valueIn(await readBytes(path, kind), path, kind))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new DocumentUnreadableError(
    kind,
    path,
    `is not ${withArticle(kind.noun)} document that this version reads: ${placePath(issue?.path ?? []) || 'the document'}: ${issue?.message.replace(/^Invalid input: /, '') ?? 'invalid'}`,
  )
}

function valueIn(bytes: Uint8Array, path: string, kind: DocumentKind<z.ZodType>): unknown {
  try {
    return parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof JsonFormError) throw new DocumentUnreadableError(kind, path, error.message)
    throw error
  }
}

async function readBytes(path: string, kind: DocumentKind<z.ZodType>): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, { links: kind.refuseLinks === true ? 'refuse' : 'follow', most })
  } catch (error) {
    throw new DocumentUnreadableError(
      kind,
      path,
      reasons[codeOf(error)] ?? `cannot be read: ${messageOf(error)}`,
      error,
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ELOOP: 'is a symbolic link',
  EACCES: 'is not readable by this user',
  'not-regular': 'is not a regular file',
  'too-large': `is larger than ${most / 1024 / 1024} MiB`,
}
