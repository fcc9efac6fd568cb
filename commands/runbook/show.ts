import { Args } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { showRunbookText } from '../../src/runbooks/text/runbook-show-text.js'
import { allRunbooks, runbookNamed } from '../../src/runbooks/prepare/runbook-source.js'

export default class RunbookShow extends BaseCommand {
  static override summary = 'Explain a runbook: its parameters, its steps, what can be undone.'
  static override examples = ['<%= config.bin %> runbook show arqonbus/deploy-production']
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the runbook', required: true }),
  }
  static override flags = runbookSourceFlags

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookShow)
    await writeReport(
      onScreen(showRunbookText(runbookNamed(await allRunbooks(runbookSource(flags)), args.id), textStyle())),
    )
  }
}
