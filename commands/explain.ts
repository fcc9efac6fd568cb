import { Args } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../src/cli/base-command.js'
import { definitionFlags } from '../src/cli/flags.js'
import { definitionOptions } from '../src/cli/options.js'
import { explainText } from '../src/checks/text/list-text.js'
import { explainCheck } from '../src/checks/list-checks.js'

export default class Explain extends BaseCommand {
  static override summary = 'Explain a check: what it proves, how, and what to do when it is red.'
  static override examples = [
    '<%= config.bin %> explain shield/secrets/jwt-secret',
    '<%= config.bin %> explain arqonbus/runtime/status',
  ]
  static override args = { id: Args.string({ ignoreStdin: true, description: 'the id of the check', required: true }) }
  static override flags = definitionFlags

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain)
    await writeReport(onScreen(explainText(await explainCheck(args.id, definitionOptions(flags)), textStyle())))
  }
}
