/** What the bundle offers to bin/run.js. */
export { start } from './start.js'

/** The same instances for the build, and for tests that carry out command lines. */
export { runCommandLine } from './start.js'
export { handOverStray } from '../base/stray-errors.js'
export { builtCommands } from './built-commands.js'

/** Parts of it, for tests that need a process of their own. */
export const parts = {
  builtIn: () => import('./built-in-definitions.js'),
  asking: () => import('./asking-person.js'),
  errors: () => import('../base/errors.js'),
  person: () => import('../engine/person.js'),
  baseCommand: () => import('./base-command.js'),
  unitFiles: () => import('../base/unit-files.js'),
  strayErrors: () => import('../base/stray-errors.js'),
  watchdog: () => import('../base/time/watchdog.js'),
  wholeFile: () => import('../base/files/whole-file.js'),
  startRun: () => import('../runbooks/start-run.js'),
  resumeRun: () => import('../runbooks/resume-run.js'),
}
