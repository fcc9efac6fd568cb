import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFiles } from '../../base/files/open-files.js'
import { packageRoot } from '../../base/package.js'
import { counted } from '../../base/text/wording.js'
import { timeText } from '../../base/text/terminal-text.js'
import { concurrencyBounds } from '../../base/vocabulary.js'
import { fitOpenFiles } from '../../checks/run/fit-open-files.js'
import { isPersonPresent } from '../asking-person.js'
import { hasColour, isLive, widthOf } from '../terminal.js'
import { ok, warning, type DoctorFinding } from './doctor-finding.js'

/** An older Node does not come this far: the start refuses it. */
export function nodeFinding(): DoctorFinding {
  const program = `${process.version}, ${process.execPath}`
  const start =
    'execve' in process
      ? '`exec` becomes the program it starts (process.execve)'
      : '`exec` stays as the parent of the program it starts: this Node has no process.execve'
  return ok('node', `${program}; ${start}`)
}

/** Columns that tables and the live view are laid out for. */
const fewestColumns = 60

export function terminalFinding(): DoctorFinding {
  const { stdout, stderr } = process
  const asks = isPersonPresent() ? 'questions are asked' : 'no questions: what needs an answer ends with an error'
  const colour = hasColour(stdout) ? 'colours' : 'no colours'
  if (!stdout.isTTY)
    return ok('terminal', `standard output is not a terminal: ${colour}, lines of ${widthOf(stdout)} columns; ${asks}`)
  const view = `${colour}, ${isLive(stderr) ? 'a live view' : 'progress as plain lines'}; ${asks}`
  const { columns } = stdout
  if (columns === 0)
    return warning(
      'terminal',
      `it does not say how wide it is: lines of ${widthOf(stdout)} columns; ${view}`,
      'tell it: `stty cols 80 rows 24`',
    )
  const found = `${counted(columns, 'column')}, ${view}`
  return columns < fewestColumns
    ? warning('terminal', found, `make it at least ${fewestColumns} columns wide`)
    : ok('terminal', found)
}

/**
 * @param concurrency how many checks a run takes at a time
 * @param files what the system says of open files
 */
export function openFilesFinding(concurrency: number, files = openFiles()): DoctorFinding {
  if (files === undefined)
    return ok('open files', `the system names no limit: ${counted(concurrency, 'check')} at a time`)
  const { most } = concurrencyBounds
  const room = fitOpenFiles(most, most, files).concurrency
  const limit = `the limit is ${files.limit}, ${files.free} are left: room for ${counted(room, 'check')} at a time`
  return room >= concurrency
    ? ok('open files', `${limit}, a run takes ${concurrency}`)
    : warning('open files', `${limit}, a run takes ${concurrency}`, 'raise the limit, such as with `ulimit -n 1024`')
}

/** The files of a tarball carry no date: this version is younger. */
const madeAfter = Date.UTC(2026, 10, 1)

/** Milliseconds that clocks of one deployment may be apart. */
const tolerance = 5 * 60_000

/**
 * Whether the clock is behind what was written already: certificates, waivers and approvals are judged by it.
 *
 * @param files of the deployment
 * @param now milliseconds since 1970
 */
export async function clockFinding(files: readonly string[], now = Date.now()): Promise<DoctorFinding> {
  const ours = ['package.json', 'dist/preflight.cjs'].map((file) => join(fileURLToPath(packageRoot), file))
  const written = await Promise.all(
    [...ours, ...files].map(async (file) => ({ what: `${file} was written`, at: await writtenAt(file) })),
  )
  const latest = [{ what: 'this version was made', at: madeAfter }, ...written].reduce((late, each) =>
    each.at > late.at ? each : late,
  )
  const at = (time: number): string => timeText(new Date(time).toISOString().replace(/\.\d+/, ''))
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (now + tolerance >= latest.at)
    return ok('clock', `${at(now)}, shown times are UTC; this machine's zone is ${zone}`)
  return warning(
    'clock',
    `${at(now)} is before ${latest.what} (${at(latest.at)})`,
    'set the clock: certificates, waivers and approvals are judged by it',
  )
}

async function writtenAt(file: string): Promise<number> {
  const status = await stat(file).catch(() => undefined)
  return status === undefined ? 0 : status.mtimeMs
}
