import { PreflightError } from '../base/errors.js'
import { builtinAlerts, builtinChecks, builtinRunbooks } from '../base/package.js'
import { counted } from '../base/text/noun-phrase.js'
import { filesToRead, noGround } from '../checks/files-read.js'
import { shownPath } from '../base/files/shown-path.js'
import type { ValidateSource } from './validate-definitions.js'
import { reportError } from './report-error.js'
import { watchFiles } from './watch-files.js'
import { warn } from './write-output.js'

/** Names of files that changed, of which so many are shown. */
const mostNamed = 3

/**
 * Validates, and again at every change of the files that are read, until the signal is aborted. Nothing of the terminal
 * is changed: each answer is below the one before.
 *
 * @param validate writes the answer; throws as `validateDefinitions` does
 */
export async function validateWatching(
  { alerts, definitions, runbooks }: ValidateSource,
  validate: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const places = async (): Promise<readonly string[]> =>
    [
      ...definitions.checks,
      ...runbooks,
      ...alerts,
      ...(await filesToRead({ ...definitions, runbooks, alerts, ...noGround })),
    ].filter((place) => ![builtinAlerts, builtinChecks, builtinRunbooks].some((folder) => place.startsWith(folder)))
  await watchFiles(
    places,
    async (changed) => {
      if (changed.length > 0) warn(`--- ${new Date().toLocaleTimeString('en-GB')} changed: ${named(changed)}`)
      try {
        await validate()
      } catch (error) {
        if (!(error instanceof PreflightError) || error.code === 'output') throw error
        reportError(error, [])
      }
      warn('watching for changes; Ctrl-C ends it')
    },
    signal,
  )
}

function named(changed: readonly string[]): string {
  const more = changed.length - mostNamed
  const names = changed.slice(0, mostNamed).map(shownPath).join(', ')
  return more > 0 ? `${names} and ${counted(more, 'other file')}` : names
}
