import { readdir, rm, writeFile } from 'node:fs/promises'
import { join, dirname } from 'node:path'
import { z } from 'zod'
import { codeOf, messageOf } from '../../base/errors.js'
import { openRegularFile, readRegularFile } from '../../base/files/regular-file.js'
import { privateFolder } from '../../base/files/state-folder.js'
import { readJournal } from '../record/read-journal.js'
import { isLockFolderUsable, machineLockFolder } from '../../processes/locks/file-lock.js'
import { NotPerformedError, type UsedApproval, type ApprovalContext } from '../definition/step-kind.js'
import type { RunFold } from '../record/run-record.js'
import type { PreparedRunbook } from '../prepare/prepare-runbook.js'

/** The step of a run that uses an approval. */
interface ApprovalUser {
  readonly run: string
  readonly step: string
  /** The run's folder: its journal has announced the step. */
  readonly folder: string
  /** The state folder that holds the run. */
  readonly state: string
}

const recordSchema = z.strictObject({
  document: z.string(),
  id: z.string(),
  run: z.string(),
  step: z.string(),
  entry: z.string(),
  at: z.string(),
  expires: z.string(),
})

/** Records that are looked at, at most, and milliseconds by which clocks may differ. */
const mostLooked = 200

const margin = 24 * 3_600_000

/** Bytes of a record. */
const largestRecord = 64 * 1024

type UseRecord = z.output<typeof recordSchema>

/**
 * Remembers that an approval is used: in the state folder, and in the folder that all state folders of this machine
 * share, where it can be written. The same step of the same run may use it again when it was cut off; that it is the
 * same run, and no copy of its folder, is seen by the entry of the journal that the use belongs to.
 *
 * @param shared the machine's folder
 * @returns why it cannot be used
 * @throws NotPerformedError when its use cannot be remembered in the state folder
 */
export async function useApproval(
  document: UsedApproval,
  user: ApprovalUser,
  shared = machineLockFolder,
): Promise<string | undefined> {
  const { hashes, head } = await readJournal(user.folder)
  const record: UseRecord = {
    document: document.sha256,
    id: document.id,
    run: user.run,
    step: user.step,
    entry: `${head.seq}:${head.hash}`,
    at: new Date().toISOString(),
    expires: document.expires,
  }
  const isOurs = (entry: string): boolean => {
    const [seq = '', hash = ''] = entry.split(':')
    return hashes[Number(seq) - 1] === hash
  }
  try {
    const own = await privateFolder(join(user.state, 'approvals'))
    const isShared = await isLockFolderUsable(shared)
    if (isShared) await removeExpired(shared)
    const folders = [own, ...(isShared ? [shared] : [])]
    for (const folder of folders) {
      const problem = await recordIn(folder, record, isOurs, folder === shared)
      if (problem !== undefined) return problem
    }
    return undefined
  } catch (error) {
    throw new NotPerformedError(`the use of an approval cannot be recorded: ${messageOf(error)}`)
  }
}

/**
 * Removes our own records of documents that are no longer valid, whoever shows them. The state folder keeps its
 * records.
 */
async function removeExpired(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter((each) => /^approval-[0-9a-f]{64}\.json$/.test(each)).slice(0, mostLooked)) {
    const path = join(folder, name)
    const record = recordSchema.safeParse(jsonOf(await recordText(path)))
    if (record.success && Date.parse(record.data.expires) < Date.now() - margin)
      await rm(path, { force: true }).catch(() => undefined)
  }
}

/** Empty where there is none that can be read: everybody may put something into the shared folder. */
async function recordText(path: string): Promise<string> {
  return readRegularFile(path, { links: 'refuse', most: largestRecord }).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  )
}

async function recordIn(
  folder: string,
  record: UseRecord,
  isOurs: (entry: string) => boolean,
  isShared: boolean,
): Promise<string | undefined> {
  const path = join(folder, `approval-${record.document}.json`)
  const text = `${JSON.stringify(record)}\n`
  try {
    await writeFile(path, text, { flag: 'wx', mode: isShared ? 0o644 : 0o600, flush: true })
    return undefined
  } catch (error) {
    // The shared folder may be full or another's: then the state folder alone remembers.
    if (codeOf(error) !== 'EEXIST' && isShared) return undefined
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const opened = await openRegularFile(path, { links: 'refuse', access: 'read-write' }).catch(() => undefined)
  if (opened === undefined) return `it was already used (${path})`
  const { handle } = opened
  try {
    const before = recordSchema.safeParse(jsonOf(await handle.readFile('utf8')))
    if (!before.success) return `it was already used (${path})`
    const { run, step, at, entry } = before.data
    if (run !== record.run || step !== record.step)
      return `it was already used, at ${at}, by the step ${step} of the run ${run}`
    if (!isOurs(entry)) return `it was already used, at ${at}, by this run in another copy of its folder`
    // Of the same length but for the number of the entry, which only grows.
    await handle.write(text, 0)
    await handle.sync()
    return undefined
  } finally {
    await handle.close()
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an approve step of a run needs of it. */
export function approvalContext(
  run: { readonly gathered: PreparedRunbook; readonly fold: RunFold; readonly folder: string },
  path: string,
): ApprovalContext {
  const { gathered, fold, folder } = run
  return {
    async digest() {
      const { steps } = await gathered.planNow()
      const approval = steps.find((step) => step.path === path)?.approval
      if (!approval) throw new Error(`${path} is not an approve step`)
      return approval.digest
    },
    // A run's folder lies in `runs`, in the state folder.
    use: (document) =>
      useApproval(document, { run: fold.record.started.run, step: path, folder, state: dirname(dirname(folder)) }),
  }
}
