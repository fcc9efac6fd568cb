import { Args } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { runToShow } from '../../src/cli/chosen-run.js'
import { stateFlags, formatFlag } from '../../src/cli/flags.js'
import { statusJson, statusText } from '../../src/runbooks/text/runbook-status-text.js'
import { stateFolder } from '../../src/base/files/state-folder.js'
import { processFate } from '../../src/processes/process-fate.js'
import { anchorOf, openStoredRun } from '../../src/runbooks/record/stored-run.js'

export default class RunbookStatus extends BaseCommand {
  static override summary = 'Show the progress of a run, and what to do next.'
  static override examples = [
    '<%= config.bin %> runbook status',
    '<%= config.bin %> runbook status 3f9a1c --format json',
  ]
  static override args = {
    run: Args.string({
      ignoreStdin: true,
      description: 'the run: its id, a unique part of the id, or `last`',
      default: 'last',
    }),
  }
  static override flags = {
    ...stateFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookStatus)
    const run = await runToShow(args.run, flags)
    const { record, journal } = await openStoredRun(stateFolder(flags.state), run)
    const fate = record.state === 'running' ? processFate(record.operator, Date.parse(record.lastAt)) : undefined
    await writeReport(
      flags.format === 'json'
        ? statusJson(record, anchorOf(journal), fate)
        : onScreen(statusText(record, textStyle(), undefined, fate)),
    )
  }
}
