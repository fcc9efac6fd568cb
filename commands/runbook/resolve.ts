import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { runToContinue } from '../../src/cli/chosen-run.js'
import { stateFlags } from '../../src/cli/flags.js'
import { statusText } from '../../src/runbooks/text/runbook-status-text.js'
import { resolveStep } from '../../src/runbooks/resolve-step.js'

export default class RunbookResolve extends BaseCommand {
  static override summary =
    'Record the outcome of a step whose outcome is unknown, or of a manual step that was done elsewhere.'
  static override description =
    'Your name and your reason are recorded in the journal. A run that relies on your word is at best `completed-with-manual`.'
  static override examples = [
    '<%= config.bin %> runbook resolve last start --as done --reason "the bus answers with the new configuration"',
    '<%= config.bin %> runbook resolve last restore --as not-undone --reason "pg_restore never connected"',
  ]
  static override args = {
    run: Args.string({
      ignoreStdin: true,
      description: 'the run: its id, a unique part of the id, or `last`',
      required: true,
    }),
    step: Args.string({ ignoreStdin: true, description: 'the path of the step', required: true }),
  }
  static override flags = {
    as: Flags.option({
      description: 'the outcome of the step (of its undo: undone or not-undone)',
      options: ['done', 'not-done', 'undone', 'not-undone'] as const,
      required: true,
    })(),
    reason: Flags.string({ description: 'how you know', helpValue: '<text>', required: true }),
    ...stateFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookResolve)
    const run = await runToContinue(args.run, flags, 'resolve', this.interruption.signal)
    await writeReport(
      onScreen(
        statusText(
          await resolveStep({ run, step: args.step, as: flags.as, reason: flags.reason, state: flags.state }),
          textStyle(),
        ),
      ),
    )
  }
}
