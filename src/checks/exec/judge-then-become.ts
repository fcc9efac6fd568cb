import { setImmediate as nextTurn } from 'node:timers/promises'
import { UsageError, exitCodes } from '../../base/errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { EnvironmentOptions } from '../../environment/tested-environment.js'
import { programToStart, type ProgramToStart } from '../../processes/become/program-to-start.js'
import { canReplaceProcess, replaceProcess } from '../../processes/become/replace-process.js'
import { runInFront, type ProgramInFront } from '../../processes/become/run-in-front.js'
import type { ProgramEnd } from '../../processes/process-group.js'
import type { Configuration } from '../load/configuration.js'
import { namedEnvironment } from '../ground.js'
import { prepare, type PreparedRun } from '../prepare.js'
import type { RunInterruption, RunOptions } from '../run-options.js'
import { runPreflight } from '../run-preflight.js'
import { readConfiguration } from '../settings.js'
import { startableEnvironment } from './startable-environment.js'

interface ExecOptions extends RunOptions {
  /** The program and its arguments. */
  readonly program: ProgramToStart['argv']
  /** Leaves the standard streams as another program expects them. */
  handOverStreams(): void
  /** What is done about the stage that needs the running program; nothing when left out. */
  readonly afterStart?: AfterStart | undefined
}

interface AfterStart {
  readonly stopOnNoGo: boolean
  /** Milliseconds that the program may take to end before it is killed. */
  readonly grace: number
  /** Says what kept it from being judged, where the program runs on. */
  reportFailure(error: unknown): Promise<void>
}

interface ExecInterruption extends RunInterruption {
  /** Stops listening: from then on the signals are the program's. */
  release(): void
}

/**
 * Judges an environment and, on go, becomes a program with exactly that environment: what was read is read once. Where
 * this process cannot become it, or is to judge the running program too, it starts it and stays in front of it.
 *
 * @returns how this process should end, if it is still there: with the verdict's exit code where the program was not
 *   started or was stopped, else as the program ended
 * @throws as `runPreflight`; UsageError for a program that cannot be started, and for an environment that is not named
 */
export async function judgeThenBecome(options: ExecOptions, interruption: ExecInterruption): Promise<ProgramEnd> {
  const { afterStart, terminal } = options
  let accepted: { readonly program: ProgramToStart; readonly environment: TestedEnvironment } | undefined
  const end = await runPreflight(
    {
      ...options,
      async makeReady() {
        refuseUnnamed(options.environment, await readConfiguration(options))
      },
      async accept(prepared) {
        const program = await programToStart(options.program, await startableEnvironment(prepared.environment))
        if (afterStart !== undefined) await refuseUnplanned(options, prepared)
        accepted = { program, environment: prepared.environment }
      },
    },
    interruption,
  )
  // A signal that came just now is looked for in a whole turn, which begins with the next.
  await nextTurn()
  await nextTurn()
  const exitCode = interruption.exitCode() ?? end.exitCode
  if (exitCode !== exitCodes.go) return { exitCode, signal: '' }
  const { program, environment } = accepted!
  if (afterStart === undefined && canReplaceProcess()) {
    options.handOverStreams()
    replaceProcess(program)
  }
  if (process.pid === 1) terminal.warn(reaperNotice)
  const running = runInFront(program)
  interruption.release()
  await running.started
  return afterStart === undefined ? running.ended : judgeRunning(running, { options, afterStart, environment })
}

function refuseUnnamed(options: EnvironmentOptions, configuration: Configuration): void {
  if (namedEnvironment(options, configuration) !== undefined) return
  throw new UsageError('the environment of the program is not named', {
    hint: "give --env-file FILE or another --env- flag; --env-shell takes the environment of preflight's own process",
  })
}

/** The runtime stage, with the environment that is known already. */
function whenRunning(options: ExecOptions, environment: TestedEnvironment): RunOptions {
  return {
    ...options,
    selection: { ...options.selection, stages: [], beforeStart: false, afterStart: true },
    environmentRead: environment,
    // It counts the checks before the start.
    minChecks: undefined,
    // The terminal is the program's.
    terminal: { ...options.terminal, progressMode: options.terminal.progressMode === 'plain' ? 'plain' : 'silent' },
  }
}

/** What keeps the second judgement from being planned is said before the program is started. */
async function refuseUnplanned(options: ExecOptions, { environment, configuration }: PreparedRun): Promise<void> {
  await prepare(whenRunning(options, environment), configuration)
}

/** Node waits for its own children only. */
const reaperNotice =
  'preflight is process 1 here, and cannot reap processes whose parents have ended: start the container with an init (docker run --init), or use Node 22.15 or newer without --after-start'

interface Running {
  readonly options: ExecOptions
  readonly afterStart: AfterStart
  readonly environment: TestedEnvironment
}

async function judgeRunning(
  running: ProgramInFront,
  { options, afterStart, environment }: Running,
): Promise<ProgramEnd> {
  const { terminal } = options
  const programEnded = new AbortController()
  const ended = running.ended.then((end) => {
    programEnded.abort(new Error('the program ended'))
    return end
  })
  const { stopOnNoGo, grace } = afterStart
  const run = whenRunning(options, environment)
  // Of a judgement that the end of the program cut off, that end is all there is to say.
  const writeReport = async (text: string): Promise<void> => {
    if (!programEnded.signal.aborted) await terminal.writeReport(text)
  }
  const interruption = { signal: programEnded.signal, exitCode: () => undefined }
  try {
    const { exitCode } = await runPreflight({ ...run, terminal: { ...run.terminal, writeReport } }, interruption)
    if (programEnded.signal.aborted) return await endedEarly(ended, terminal)
    if (exitCode === exitCodes.go) return await ended
    if (stopOnNoGo) {
      terminal.warn('no-go after the start: the program is stopped')
      await running.stop(grace)
      return { exitCode, signal: '' }
    }
  } catch (error) {
    if (stopOnNoGo && !programEnded.signal.aborted) {
      await running.stop(grace)
      throw error
    }
    await afterStart.reportFailure(error)
    if (programEnded.signal.aborted) return await endedEarly(ended, terminal)
  }
  terminal.warn('no-go after the start: the program keeps running (--stop-on-no-go stops it)')
  return ended
}

async function endedEarly(ended: Promise<ProgramEnd>, terminal: RunOptions['terminal']): Promise<ProgramEnd> {
  const end = await ended
  const how = end.signal === '' ? `with exit code ${end.exitCode}` : `by ${end.signal}`
  terminal.warn(`the program ended ${how} before it was judged`)
  return end
}
