import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../../src/cli/base-command.js'
import { definitionFlags } from '../../src/cli/flags.js'
import { writtenDefinitionText } from '../../src/cli/written-text.js'
import { newRunbook } from '../../src/runbooks/new-runbook.js'

export default class NewRunbook extends BaseCommand {
  static override summary = 'Write a runbook to start from, in the file of its id.'
  static override description =
    'orders/restart becomes orders/restart.yaml below the folder of --runbooks, else the first of `runbooks:` in preflight.yaml, else ./runbooks. It is valid and changes nothing yet; a file that exists is never overwritten.'
  static override examples = [
    '<%= config.bin %> new runbook orders/restart',
    '<%= config.bin %> new runbook orders/restart --runbooks ./our-runbooks',
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the new runbook: SYSTEM/NAME', required: true }),
  }
  static override flags = {
    runbooks: Flags.string({
      description: 'the folder of runbooks [default: the first of the deployment file, or ./runbooks]',
      helpValue: '<dir>',
    }),
    config: definitionFlags.config,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(NewRunbook)
    const written = await newRunbook(args.id, { folder: flags.runbooks, config: flags.config })
    await writeReport(
      onScreen(
        writtenDefinitionText(written, { what: 'runbooks', config: flags.config }, ['runbook', 'plan', args.id]),
      ),
    )
  }
}
