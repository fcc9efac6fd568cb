import { Args } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { stateFlags } from '../../src/cli/flags.js'
import { reportRun } from '../../src/cli/report-run.js'
import { conductFlags, conductOptions, givenToRunbook, parameterPerson, secretFlags, runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { resumeRun } from '../../src/app/runbook/resume-run.js'

export default class RunbookResume extends BaseCommand {
  static override summary = 'Go on with a run that was interrupted, stopped, or cut off.'
  static override description = `What is done stays done. A step that may be repeated runs again; of one that must happen at most once and was not seen to end,
its verification decides, and without an answer you must: see \`preflight runbook resolve\`. A runbook that changed since the run started
is refused, with the difference. Secret parameters are read again from their variables; all others are those of the start.`
  static override examples = ['<%= config.bin %> runbook resume last', '<%= config.bin %> runbook resume 20261121T042400Z-deploy-production-3f9a1c']
  static override args = { run: Args.string({ ignoreStdin: true, description: 'the run: its id, a part of it that no other has, or `last`', required: true }) }
  static override flags = { ...secretFlags, ...conductFlags, ...stateFlags, ...runbookSourceFlags }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookResume)
    const run = await resumeRun({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, parameterPerson()),
      run: args.run,
      ...conductOptions(flags, this.interruption),
    })
    this.finishAsWritten(await reportRun(run))
  }
}
