import { Args, Flags } from '@oclif/core'
import { exitCodes } from '../../src/base/errors.js'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { runToShow } from '../../src/cli/chosen-run.js'
import { namedState, stateFlags } from '../../src/cli/flags.js'
import { verifyText } from '../../src/runbooks/text/runbook-verify-text.js'
import { verifyRun } from '../../src/runbooks/verify-run.js'

export default class RunbookVerify extends BaseCommand {
  static override summary = 'Verify that the journal of a run is complete: its chain, its order, its end.'
  static override description = `An anchor is the number and hash of the last entry. Stored where no writer of the journal can change it, it proves later that
nothing was removed or changed since. Exit code 0 only for a complete journal; 4 for one without an end; 27 for one that cannot be trusted.`
  static override examples = [
    '<%= config.bin %> runbook verify last',
    '<%= config.bin %> runbook verify last --anchor',
    '<%= config.bin %> runbook verify 3f9a1c --head 12:ab34…',
  ]
  static override args = {
    run: Args.string({
      ignoreStdin: true,
      description: 'the run: its id, a unique part of the id, or `last`',
      required: true,
    }),
  }
  static override flags = {
    anchor: Flags.boolean({ description: 'print only the anchor, to be stored elsewhere' }),
    head: Flags.string({
      description: 'a stored anchor: the journal must contain that entry',
      helpValue: '<anchor>',
    }),
    ...stateFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookVerify)
    const verdict = await verifyRun({ run: await runToShow(args.run, flags), head: flags.head, state: flags.state })
    await writeReport(
      flags.anchor && verdict.isTrusted
        ? `${verdict.anchor}\n`
        : onScreen(verifyText(verdict, textStyle(), namedState(flags))),
    )
    this.finish(
      !verdict.isTrusted ? exitCodes.journalDamaged : verdict.isComplete ? exitCodes.go : exitCodes.notEvaluated,
    )
  }
}
