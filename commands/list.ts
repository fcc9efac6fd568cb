import { BaseCommand, onScreen, writeReport, textStyle } from '../src/cli/base-command.js'
import { definitionFlags, selectionFlags, formatFlag } from '../src/cli/flags.js'
import { definitionOptions, selectionOptions } from '../src/cli/options.js'
import { listJson, listText } from '../src/checks/text/list-text.js'
import { listChecks } from '../src/checks/list-checks.js'

export default class List extends BaseCommand {
  static override summary = 'List the checks of a selection, in the order of the report.'
  static override description =
    'Runs nothing and contacts nothing. Without a selector every check that applies to the profile is listed.'
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list shield',
    '<%= config.bin %> list --stage secrets --profile staging',
    '<%= config.bin %> list --format json',
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...selectionFlags,
    ...definitionFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(List)
    const plan = await listChecks({ ...definitionOptions(flags), selection: selectionOptions(flags, argv) })
    await writeReport(flags.format === 'json' ? listJson(plan) : onScreen(listText(plan, textStyle())))
  }
}
