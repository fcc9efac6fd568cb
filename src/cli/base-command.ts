import { Command } from '@oclif/core'
import { PreflightError } from '../base/errors.js'
import { listenForInterruption, type Interruption } from './start.js'

/** What every command shares: cancellation by signal, and an exit code instead of an exit in the middle of things. */
export abstract class BaseCommand extends Command {
  protected interruption!: Interruption

  protected override async init(): Promise<void> {
    await super.init()
    this.interruption = listenForInterruption()
  }

  /** What a signal cut off, a question too, is not an error of its own: the exit code is the signal's. */
  protected override async catch(error: Error): Promise<void> {
    // Missing where the start itself failed.
    const interruption = this.interruption as Interruption | undefined
    const exitCode = interruption?.exitCode()
    const isCutOff =
      error === interruption?.signal.reason || (error instanceof PreflightError && error.code === 'unanswered')
    if (exitCode === undefined || !isCutOff) throw error
    process.exitCode = exitCode
  }

  /** The signal's exit code when one came, else the given one. */
  protected finish(exitCode: number): void {
    process.exitCode = this.interruption.exitCode() ?? exitCode
  }

  /**
   * The given exit code, which is that of what was written already: a signal that came only then does not change it.
   */
  protected finishAsWritten(exitCode: number): void {
    process.exitCode = exitCode
  }
}
