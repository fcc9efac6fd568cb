import type { RunTerminal } from '../checks/run-preflight.js'
import { surrounding } from '../base/own-environment.js'
import { writeReport } from './write-output.js'
import { hasColour, isLive, widthOf } from './terminal.js'
import { warn } from './warn.js'

/** Where a run shows itself: the report on standard output, progress on standard error. */
export function runTerminal(isPlain: boolean): RunTerminal {
  return {
    writeReport,
    reportStyle: { colour: hasColour(process.stdout), width: widthOf(process.stdout) },
    stepSummary: surrounding('GITHUB_STEP_SUMMARY') || undefined,
    progress: process.stderr,
    progressMode: !isPlain && isLive(process.stderr) ? 'live' : 'plain',
    progressColour: hasColour(process.stderr),
    warn,
    atExit(callback) {
      process.once('exit', callback)
      return () => process.removeListener('exit', callback)
    },
  }
}
