import { Args } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { environmentAsked } from '../../src/cli/asking-person.js'
import { runToContinue } from '../../src/cli/chosen-run.js'
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
import { resumeRun } from '../../src/runbooks/resume-run.js'

export default class RunbookResume extends BaseCommand {
  static override summary = 'Continue a run that was interrupted, stopped or killed.'
  static override description = `Completed steps are not repeated. Of a checklist, only what does not hold is judged again, and only what is open is asked for. A step that may be repeated runs again; for a step that must happen at most once and whose end was not recorded,
its verification decides; without an answer you must decide: see \`preflight runbook resolve\`. A runbook, packs, inputs or folders of runbooks that
changed since the run started are refused, with the difference. Environment files, programs and waivers that changed since the last step are
shown, and you accept them at the terminal or with --accept-changed. What was approved and has changed since must be approved again.
Secret parameters are read again from their variables; all others keep their values from the start.`
  static override examples = [
    '<%= config.bin %> runbook resume last',
    '<%= config.bin %> runbook resume last --accept-changed environment_file:/srv/arqonbus/.env',
  ]
  static override args = {
    run: Args.string({
      ignoreStdin: true,
      description: 'the run: its id, a unique part of the id, or `last`',
      required: true,
    }),
  }
  static override flags = {
    ...headFlag,
    ...secretFlags,
    ...acceptFlags,
    ...conductFlags,
    ...stateFlags,
    ...runbookSourceFlags,
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookResume)
    const run = await resumeRun({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, parameterPerson(), environmentAsked(this.interruption.signal)),
      run: await runToContinue(args.run, flags, 'resume', this.interruption.signal),
      acceptedChanges: flags['accept-changed'] ?? [],
      head: flags.head,
      ...conductOptions(flags, this.interruption),
    })
    this.finishAsWritten(await reportRun(run))
  }
}
