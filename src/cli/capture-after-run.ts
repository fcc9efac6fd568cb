import type { CaptureOptions, CapturePlace } from '../incidents/capture-command.js'
import type { GroundOptions } from '../checks/ground.js'
import type { RunEnd } from '../checks/run-options.js'
import { messageOf, exitCodes } from '../base/errors.js'
import { surrounding } from '../base/own-environment.js'
import { UnansweredError } from '../engine/person.js'
import { captureOptions } from './capture-flags.js'
import { isPersonPresent, terminalPerson } from './asking-person.js'
import { onScreen, progressStyle, warn } from './base-command.js'

interface AfterRun {
  /** The folder that was named with --capture-on-failure. */
  readonly folder: string | undefined
  readonly state: string | undefined
  /** Whether the person at the terminal may be asked. */
  readonly mayAsk: boolean
  readonly ground: GroundOptions
  readonly signal: AbortSignal
}

/** @throws OutputError before anything long is begun, when a folder was named that cannot be used */
export async function placeAfterRun({
  folder,
  state,
}: Pick<AfterRun, 'folder' | 'state'>): Promise<CapturePlace | undefined> {
  if (folder === undefined) return undefined
  const { capturePlace } = await import('../incidents/capture-command.js')
  return capturePlace({ parent: folder, state, keyFile: undefined })
}

/**
 * Captures an incident of a run that was a no-go: where a folder was named, else when the person at the terminal wants
 * it. The exit code stays that of the run, whatever becomes of the capture; a capture that fails is said on standard
 * error.
 */
export async function captureAfterRun(
  { exitCode, document, prepared }: RunEnd,
  place: CapturePlace | undefined,
  after: AfterRun,
): Promise<void> {
  if (exitCode === exitCodes.go || document.state !== 'complete') return
  const options: CaptureOptions = captureOptions({ state: after.state }, after.folder, after.signal)
  try {
    if (place === undefined && !(await isWanted(after))) return
    // A go needs none of this.
    const { capture, capturePlace, reproduceOptions } = await import('../incidents/capture-command.js')
    const { capturedText } = await import('../incidents/text/incident-text.js')
    const captured = await capture(
      { ground: prepared, document, source: 'run' },
      place ?? (await capturePlace(options)),
      options,
      reproduceOptions(after.ground, prepared),
    )
    // Standard output is the report's.
    if (captured !== undefined) process.stderr.write(onScreen(capturedText(captured, progressStyle()), process.stderr))
  } catch (error) {
    if (after.signal.aborted || error instanceof UnansweredError) return
    warn(`the incident was not captured: ${messageOf(error)}; the verdict does not depend on it`)
  }
}

async function isWanted({ mayAsk, signal }: AfterRun): Promise<boolean> {
  if (!mayAsk || !isPersonPresent() || (surrounding('CI') ?? '') !== '') return false
  const answer = await terminalPerson().pick(
    {
      ask: 'Make an incident bundle for an engineer?',
      explain: 'An incident bundle has facts, output, versions, logs and the answers of the servers, without secrets.',
    },
    [
      { value: 'no', title: 'no' },
      { value: 'yes', title: 'yes' },
    ],
    signal,
  )
  return answer === 'yes'
}
