import type { ExitCode } from '../base/errors.js'
import type { Configuration } from './load/configuration.js'
import type { ResultDocument } from './result/report.js'
import type { PrepareOptions, PreparedRun } from './prepare.js'
import type { ReportRequest, ReportTerminal } from './result/report-outputs.js'

/** Where a run shows itself. */
export interface RunTerminal extends ReportTerminal {
  readonly progress: NodeJS.WriteStream
  readonly progressMode: 'live' | 'plain' | 'silent'
  readonly progressColour: boolean
  /** Says something beside the report. */
  warn(text: string): void
  /** What is said beside the report is read with it: the notices that it holds need not be said before. */
  readonly isOneStream?: boolean
  /** Calls back when the process ends in a way that it can still notice; the result undoes that. */
  atExit(callback: () => void): () => void
}

export interface RunOptions extends PrepareOptions, LimitOptions {
  readonly knownSecretsFile: string | undefined
  /** Selects what was not green in the last run of the deployment, in the state folder named or this user's. */
  readonly failedOf?: { readonly state: string | undefined } | undefined
  /** Another waiver file than the deployment file's. */
  readonly waiversFile?: string | undefined
  /** Another lock than the one beside the deployment file. */
  readonly lockFile?: string | undefined
  /** Makes fingerprints of the environment under test with this key. */
  readonly fingerprintKeyFile?: string | undefined
  /** Fail unless at least this many checks are selected and observed. */
  readonly minChecks?: number | undefined
  readonly failOnWarn: boolean
  readonly format: string
  readonly reports: readonly ReportRequest[]
  readonly outputFile: string | undefined
  /** The permissions of report files and the result file; left out, as `openOutputs` says. */
  readonly reportMode?: number | undefined
  /** The format of what is printed where the answer is go, if that is another one. */
  readonly goFormat?: string | undefined
  /** Files that no report may be written over, besides those that the run itself reads. */
  readonly readFrom?: readonly string[]
  /** Where finished results are kept: the state folder that was named, or this user's. Left out, none is. */
  readonly keep?: { readonly state: string | undefined } | undefined
  /** The state folder that was named, whose processes share the budgets of peers; this user's when left out. */
  readonly state?: string | undefined
  readonly terminal: RunTerminal
  /**
   * Prepares what the run cannot continue without. Where it fails, the run throws its error once no output speaks of an
   * earlier run any more.
   *
   * @param filesRead files and folders that the run reads
   */
  makeReady?(filesRead: readonly string[]): Promise<void>
  /** Refuses, by throwing, what the run is for: once everything is read, and before anything is judged. */
  accept?(prepared: PreparedRun): Promise<void>
}

/** What cuts a run off: a signal to this process, which has an exit code of its own. */
export interface RunInterruption {
  readonly signal: AbortSignal
  exitCode(): ExitCode | undefined
}

export interface LimitOptions {
  readonly concurrency?: number | undefined
  /** Milliseconds that no attempt may exceed. */
  readonly timeout?: number | undefined
  /** Milliseconds for the whole run. */
  readonly deadline?: number | undefined
  /** Milliseconds for what may still become green; left out, nothing is waited for. */
  readonly wait?: number | undefined
  readonly failFast: boolean
}

export interface RunLimits {
  readonly concurrency: number
  readonly timeoutCap: number | undefined
  readonly deadline: number
  readonly wait: number | undefined
  readonly failFast: boolean
  readonly areWarningsRed: boolean
}

/** The limits of a run: the command line's, else the deployment file's, else the default. */
export function limitsOf(
  { concurrency, timeout, deadline, wait, failFast, failOnWarn }: LimitOptions & Pick<RunOptions, 'failOnWarn'>,
  configuration: Configuration,
): RunLimits {
  return {
    concurrency: concurrency ?? configuration.concurrency ?? 8,
    timeoutCap: timeout ?? configuration.timeout,
    // The gates compile and test.
    deadline: deadline ?? configuration.deadline ?? 3 * 60 * 60 * 1000,
    wait,
    failFast,
    areWarningsRed: failOnWarn,
  }
}

/** How a run ended, and what it was based on. */
export interface RunEnd {
  readonly exitCode: ExitCode
  /** Redacted. */
  readonly document: ResultDocument
  readonly prepared: PreparedRun
}
