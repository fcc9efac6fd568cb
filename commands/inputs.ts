import { BaseCommand, textStyle, warn, onScreen, writeReport } from '../src/cli/base-command.js'
import { definitionFlags, environmentFlags, formatFlag, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions, inputOptions, selectionOptions } from '../src/cli/options.js'
import { listInputs } from '../src/checks/list-inputs.js'
import { inputsJson, inputsText } from '../src/checks/text/inputs-text.js'

export default class Inputs extends BaseCommand {
  static override summary =
    'List every input of the packs in use: its value, where that comes from, and which checks need it.'
  static override description = `Runs nothing and contacts nothing. What is missing comes first. Secrets are masked.
With a selector only the inputs of the selected checks are listed. If no environment is named, values that its variables decide are unknown.`
  static override examples = [
    '<%= config.bin %> inputs',
    '<%= config.bin %> inputs shield --env-file .env.production',
    '<%= config.bin %> inputs --no-gates --format json',
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
    const { argv, flags, raw } = await this.parse(Inputs)
    const inputs = await listInputs({
      ...definitionOptions(flags),
      selection: selectionOptions(flags, argv),
      environment: environmentOptions(flags, raw),
      inputs: inputOptions(flags),
      warn,
    })
    await writeReport(flags.format === 'json' ? inputsJson(inputs) : onScreen(inputsText(inputs, textStyle())))
  }
}
