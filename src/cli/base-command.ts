import { Command } from '@oclif/core'
import { PreflightError } from '../kernel/errors.js'
import { listenForInterruption, type Interruption } from './signals.js'

/** What every command shares: cancellation by signal, and an exit code instead of an exit in the middle of things. */
export abstract class BaseCommand extends Command {
  protected interruption!: Interruption

  protected override async init(): Promise<void> {
    await super.init()
    this.interruption = listenForInterruption()
  }

  /** A question that a signal cut off is no error of its own: the exit code is the signal's. */
  protected override async catch(error: Error): Promise<void> {
    const exitCode = this.interruption?.exitCode()
    if (exitCode === undefined || !(error instanceof PreflightError) || error.code !== 'unanswered') throw error
    process.exitCode = exitCode
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.interruption.dispose()
    await super.finally(error)
  }

  /** The signal's exit code when one came, else the given one. */
  protected finish(exitCode: number): void {
    process.exitCode = this.interruption.exitCode() ?? exitCode
  }
}
