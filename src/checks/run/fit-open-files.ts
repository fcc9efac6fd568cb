import { openFiles } from '../../base/files/open-files.js'
import { counted } from '../../base/text/wording.js'
import { concurrencyBounds } from '../../base/vocabulary.js'

/** File descriptors of one check: a socket or two, or the pipes of a child process. */
const ofCheck = 4

/** File descriptors of the run besides: look-ups of names, files of the definitions, reports. */
const ofRun = 24

interface FittingConcurrency {
  /** How many checks run at a time. */
  readonly concurrency: number
  /** That they are fewer than was asked for, and why; nothing where they are not. */
  readonly notices: readonly string[]
}

/**
 * How many checks may run at a time under this process' limit of open files, where the system says what that is.
 *
 * @param asked for
 * @param checks how many there are in all: more never run at a time
 */
export function fitOpenFiles(asked: number, checks: number, files = openFiles()): FittingConcurrency {
  const useful = Math.min(asked, Math.max(checks, concurrencyBounds.least))
  if (files === undefined) return { concurrency: asked, notices: [] }
  const { limit, free } = files
  const fitting = Math.max(concurrencyBounds.least, Math.floor((free - ofRun) / ofCheck))
  if (fitting >= useful) return { concurrency: asked, notices: [] }
  const enough = limit - free + ofRun + ofCheck * useful
  return {
    concurrency: fitting,
    notices: [
      `${counted(fitting, 'check')} at a time, not ${useful}: this process may open ${limit} files, and ${free} are ` +
        `left; to run ${useful} at a time, raise the limit with \`ulimit -n ${enough}\` or more`,
    ],
  }
}
