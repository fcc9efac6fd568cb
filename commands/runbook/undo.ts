import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { runToUndo } from '../../src/cli/chosen-run.js'
import { stateFlags } from '../../src/cli/flags.js'
import { reportRun } from '../../src/cli/report-run.js'
import {
  acceptFlags,
  conductFlags,
  conductOptions,
  givenToRunbook,
  headFlag,
  parameterPerson,
  secretFlags,
  runbookSource,
  runbookSourceFlags,
} from '../../src/cli/runbook-flags.js'
import { undoRun } from '../../src/runbooks/resume-run.js'

export default class RunbookUndo extends BaseCommand {
  static override summary = 'Undo the steps of a run, the latest first.'
  static override description = `Every step that took or may have taken effect and that has an undo is undone, but nothing before a point of no return. The steps under after-undo of the runbook follow. Ends with exit
code 21 when everything is undone, and 22 when something could not be undone: the journal then says what, and the undo can be repeated. It uses the runbook as recorded in the journal, even if its file changed.
\`last\` shows which run that is and asks; without a terminal, give the id.`
  static override examples = ['<%= config.bin %> runbook undo last --reason "the release is withdrawn"']
  static override args = {
    run: Args.string({
      ignoreStdin: true,
      description: 'the run: its id, a unique part of the id, or `last`',
      required: true,
    }),
  }
  static override flags = {
    reason: Flags.string({ description: 'the reason, for the journal', helpValue: '<text>', required: true }),
    ...headFlag,
    ...secretFlags,
    ...acceptFlags,
    ...conductFlags,
    ...stateFlags,
    ...runbookSourceFlags,
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookUndo)
    const run = await undoRun({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, parameterPerson()),
      run: await runToUndo(args.run, flags, this.interruption.signal),
      acceptedChanges: flags['accept-changed'] ?? [],
      head: flags.head,
      reason: flags.reason,
      ...conductOptions(flags, this.interruption),
    })
    this.finishAsWritten(await reportRun(run))
  }
}
