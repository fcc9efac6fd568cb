import { randomBytes } from 'node:crypto'
import { chmod, lstat, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import { ApprovalFormatError, formatApproval, type ApprovalDocument } from './approval.js'
import type { ApprovalSubject } from './approval-subject.js'
import { currentOperator } from '../../processes/operator.js'
import { signDocument } from './sign-document.js'

export interface ApproveOptions extends ApprovalSubject {
  readonly output: string
  /** A private OpenSSH key, or a public one whose private half the agent holds. */
  readonly key: string | undefined
  /** Milliseconds. */
  readonly validFor: number
}

export interface MadeApproval {
  readonly document: ApprovalDocument
  readonly file: string
  /** Path of the signature. */
  readonly signature: string | undefined
}

/**
 * Others must be able to read it, the one above all who carries out the run; that nobody else can write it is what it
 * proves.
 */
const readableByAll = 0o644

/**
 * Writes the approval of a plan's step, in the name of whoever runs this.
 *
 * @throws UsageError for the path of a step that cannot be one, when the file is there already, and when it could not
 *   be signed (nothing is left then)
 * @throws OutputError when it could not be written
 */
export async function approvePlan({
  plan,
  run,
  step,
  digest,
  output,
  key,
  validFor,
}: ApproveOptions): Promise<MadeApproval> {
  const document = {
    id: randomBytes(16).toString('hex'),
    plan,
    run,
    step,
    digest,
    by: currentOperator().user,
    ...timesOf(validFor),
  }
  const text = textOf(document)
  const file = resolve(output)
  if (key === undefined) {
    await writeNew(file, text)
    return { document, file, signature: undefined }
  }
  const signature = `${file}.sig`
  await refuseExisting(signature)
  await writeNew(file, text)
  try {
    await signDocument(file, resolve(key))
    await chmod(signature, readableByAll)
  } catch (error) {
    await Promise.all([file, signature].map((path) => rm(path, { force: true })))
    if (error instanceof UsageError) throw error
    throw new OutputError(`${signature} could not be written: ${messageOf(error)}`, { cause: error })
  }
  return { document, file, signature }
}

function timesOf(validFor: number): Pick<ApprovalDocument, 'at' | 'expires'> {
  const now = Date.now()
  return { at: new Date(now).toISOString(), expires: new Date(now + validFor).toISOString() }
}

function textOf(document: ApprovalDocument): string {
  try {
    return formatApproval(document)
  } catch (error) {
    if (!(error instanceof ApprovalFormatError)) throw error
    throw new UsageError('an approval cannot be written for that step', {
      hint: 'the path of a step is made of small letters, digits and dashes, with slashes between',
    })
  }
}

async function refuseExisting(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  )
  if (isThere) throw alreadyThere(path)
}

function alreadyThere(path: string): UsageError {
  return new UsageError(`${path} is there already`, {
    hint: 'an approval is never written over: name another file, or remove it',
  })
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', readableByAll)
    try {
      await handle.writeFile(text)
      await handle.chmod(readableByAll)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw alreadyThere(path)
    throw new OutputError(`${path} could not be written: ${messageOf(error)}`, { cause: error })
  }
}
