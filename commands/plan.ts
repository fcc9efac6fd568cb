import { BaseCommand, onScreen, writeReport, warn, textStyle } from '../src/cli/base-command.js'
import { definitionFlags, environmentFlags, selectionFlags, formatFlag } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions, selectionOptions, inputOptions } from '../src/cli/options.js'
import { checkPlanJson, checkPlanText } from '../src/checks/text/list-text.js'
import { planRun } from '../src/checks/plan-run.js'

export default class Plan extends BaseCommand {
  static override summary = 'Show what a run would do: its checks in order, and every address it would contact.'
  static override description = `Runs nothing and contacts nothing. Takes the same selection and environment as \`run\`, and fails in the same way on a missing input.
If no environment is named, the addresses that its variables decide are unknown.`
  static override examples = [
    '<%= config.bin %> plan --env-file .env.production --input repository=.',
    '<%= config.bin %> plan shield --env-file .env.production --format json',
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...selectionFlags,
    ...environmentFlags,
    ...definitionFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { argv, flags, raw } = await this.parse(Plan)
    const planned = await planRun({
      ...definitionOptions(flags),
      selection: selectionOptions(flags, argv),
      environment: environmentOptions(flags, raw),
      inputs: inputOptions(flags),
    })
    for (const notice of planned.notices) warn(notice)
    await writeReport(flags.format === 'json' ? checkPlanJson(planned) : onScreen(checkPlanText(planned, textStyle())))
  }
}
