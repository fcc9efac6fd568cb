import { Command } from '@oclif/core'
import { listenForInterruption, type Interruption } from './signals.js'

/** What every command shares: cancellation by signal, and an exit code instead of an exit in the middle of things. */
export abstract class BaseCommand extends Command {
  protected interruption!: Interruption

  protected override async init(): Promise<void> {
    await super.init()
    this.interruption = listenForInterruption()
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
