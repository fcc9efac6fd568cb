import { randomBytes } from 'node:crypto'
import { chmod, lstat, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import {
  ApprovalFormatError,
  formatApproval,
  type ApprovalDocument,
  type ApprovalSubject,
  approvalNamespace,
} from './approval.js'
import { currentOperator } from '../../processes/operator.js'
import { passedOnVariable } from '../../base/own-environment.js'

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
 * Others must be able to read it, the one above all who carries out the run; that no other user can write it is what it
 * proves.
 */
const readableByAll = 0o644

/**
 * Writes the approval of a plan's step, in the name of the current user.
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
      hint: 'the path of a step consists of lower-case letters, digits and dashes, separated by slashes',
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
  return new UsageError(`${path} already exists`, {
    hint: 'an approval is never overwritten: name another file, or remove it',
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

/** What ssh-keygen may need to reach the key: an agent, or somebody to ask for its passphrase. */
const passedOn = [
  'PATH',
  'HOME',
  'TERM',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'DISPLAY',
  'WAYLAND_DISPLAY',
] as const

/**
 * Signs a file with an OpenSSH key (ssh-keygen(1), -Y sign); the signature is `<file>.sig`. It has this process's
 * terminal, where it asks for the key's passphrase: in a process group of its own it could not.
 *
 * @param file absolute path @param key absolute path of a private key, or of a public one whose other half is in the
 *   agent
 * @throws UsageError when it does not sign
 */
async function signDocument(file: string, key: string): Promise<void> {
  const given = passedOn.flatMap((name): [string, string][] => {
    const value = passedOnVariable(name)
    return value === undefined ? [] : [[name, value]]
  })
  const env = { LANG: 'C', ...Object.fromEntries(given) }
  const { execa } = await import('execa')
  // Quiet but for its questions, and without a time limit: a person may be typing. What it says goes to standard error:
  // standard output is ours.
  const ended = await execa('ssh-keygen', ['-q', '-Y', 'sign', '-n', approvalNamespace, '-f', key, file], {
    extendEnv: false,
    env,
    stdio: ['inherit', 2, 2],
    reject: false,
  })
  if (ended.exitCode === undefined && !ended.isTerminated)
    throw new UsageError(`ssh-keygen could not be started: ${messageOf(ended.cause)}`, {
      hint: 'it is part of OpenSSH 8.2 or later',
    })
  if (ended.exitCode !== 0)
    throw new UsageError(`ssh-keygen did not sign with ${key}`, {
      hint: 'its own message is above; --sign must name a private key, or a public key whose private key is in the agent',
    })
}
