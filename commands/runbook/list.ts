import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { listRunbooksJson, listRunbooksText } from '../../src/runbooks/text/runbook-list-text.js'
import { allRunbooks } from '../../src/runbooks/prepare/runbook-source.js'
import { formatFlag } from '../../src/cli/flags.js'

export default class RunbookList extends BaseCommand {
  static override summary = 'List the runbooks.'
  static override examples = [
    '<%= config.bin %> runbook list',
    '<%= config.bin %> runbook list --runbooks ./ops --format json',
  ]
  static override flags = {
    ...runbookSourceFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(RunbookList)
    const runbooks = [...(await allRunbooks(runbookSource(flags))).values()]
    await writeReport(
      flags.format === 'json' ? listRunbooksJson(runbooks) : onScreen(listRunbooksText(runbooks, textStyle())),
    )
  }
}
