import { constants } from 'node:fs'
import { access, lstat, stat, statfs } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { isThere } from '../../base/files/make-folder.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { missing, ok, warning, type DoctorFinding } from './doctor-finding.js'

/** Bytes without which nothing that is kept can be written, and those that some runs take. */
const leastRoom = 1024 * 1024
const usualRoom = 64 * 1024 * 1024

export async function homeFinding(): Promise<DoctorFinding> {
  const home = homedir()
  const found = await stat(home).catch(() => undefined)
  return found?.isDirectory() === true
    ? ok('home', home)
    : warning('home', `${home} is not a folder`, 'set HOME to a folder, or give --state where runs are to be kept')
}

/** Runs of runbooks and results are kept there. It is not made here. */
export async function stateFinding(named: string | undefined): Promise<DoctorFinding> {
  const folder = stateFolder(named)
  const fix = 'name another with --state, or set XDG_STATE_HOME'
  const problem = await problemOf(folder)
  if (problem !== undefined) return missing('state', `${folder} ${problem}`, fix)
  const nearest = await nearestFolder(folder)
  const room = await roomAt(nearest)
  const made = nearest === folder ? '' : ' (does not exist yet, and can be made)'
  if (room === undefined) return ok('state', `${folder}${made}`)
  const found = `${folder}${made}, ${sizeText(room)} free`
  if (room < leastRoom) return missing('state', found, `make room on the disk, or ${fix}`)
  return room < usualRoom ? warning('state', found, `make room on the disk, or ${fix}`) : ok('state', found)
}

/** As `privateFolder` refuses it; and what would keep it from being made or written to. */
async function problemOf(folder: string): Promise<string | undefined> {
  if (await isThere(folder)) {
    const status = await lstat(folder).catch((error: unknown) => codeOf(error))
    if (typeof status === 'string') return `cannot be looked at (${status})`
    if (!status.isDirectory()) return 'is not a folder'
    if (process.getuid !== undefined && status.uid !== process.getuid()) return 'belongs to another user'
    if ((status.mode & 0o022) !== 0) return 'can be written to by other users'
    return unwritable(folder)
  }
  const nearest = await nearestFolder(folder)
  const reason = await unwritable(nearest)
  return reason === undefined ? undefined : `cannot be made: ${nearest} ${reason}`
}

async function unwritable(folder: string): Promise<string | undefined> {
  const status = await stat(folder).catch(() => undefined)
  if (status?.isDirectory() !== true) return 'is not a folder'
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error) === 'EROFS' ? 'is on a disk that cannot be written to' : 'may not be written to by this user'
  }
}

async function nearestFolder(path: string): Promise<string> {
  let folder = resolve(path)
  while (!(await isThere(folder)) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}

/** Bytes that this user can still write, `undefined` where the system does not say. */
async function roomAt(folder: string): Promise<number | undefined> {
  const { bavail, bsize, files, ffree } = await statfs(folder).catch(() => ({
    bavail: 0,
    bsize: 0,
    files: 0,
    ffree: 0,
  }))
  if (bsize === 0) return undefined
  return files > 0 && ffree === 0 ? 0 : bavail * bsize
}

export async function temporaryFinding(): Promise<DoctorFinding> {
  const folder = tmpdir()
  const fix = 'set TMPDIR to a folder that exists, can be written to and has room'
  const use = 'the sandbox, the self-test and signatures need it'
  const reason = await unwritable(folder)
  if (reason !== undefined) return warning('temporary files', `${folder} ${reason}: ${use}`, fix)
  const room = await roomAt(folder)
  if (room === undefined) return ok('temporary files', folder)
  const found = `${folder}, ${sizeText(room)} free`
  return room < leastRoom ? warning('temporary files', `${found}: ${use}`, fix) : ok('temporary files', found)
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024
  if (mebibytes < 1024) return `${Math.floor(mebibytes)} MiB`
  return `${Math.floor(mebibytes / 1024)} GiB`
}
