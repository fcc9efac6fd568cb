import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { namedState, stateFlags, formatFlag, wholeNumberFlag } from '../../src/cli/flags.js'
import { historyJson, historyText } from '../../src/runbooks/text/runbook-list-text.js'
import { runHistory } from '../../src/runbooks/verify-run.js'

export default class RunbookHistory extends BaseCommand {
  static override summary = 'List the runs of this user, the latest first.'
  static override examples = [
    '<%= config.bin %> runbook history',
    '<%= config.bin %> runbook history --limit 5 --format json',
  ]
  static override flags = {
    limit: wholeNumberFlag('limit', 'maximum number of runs to list [default: 20]', '<n>', {
      minimum: 1,
      maximum: 1000,
    }),
    ...stateFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(RunbookHistory)
    const runs = await runHistory({ state: flags.state, limit: flags.limit ?? 20 })
    await writeReport(
      flags.format === 'json' ? historyJson(runs) : onScreen(historyText(runs, textStyle(), namedState(flags))),
    )
  }
}
