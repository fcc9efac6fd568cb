import { Flags } from '@oclif/core'
import { BaseCommand, writeReport } from '../src/cli/base-command.js'
import { definitionFlags, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, selectionOptions } from '../src/cli/options.js'
import { requirementsOf } from '../src/checks/requirements.js'
import { requirementsHtml, requirementsMarkdown } from '../src/reports/requirements/html.js'
import { requirementsJson } from '../src/reports/requirements/json.js'

const formats = { markdown: requirementsMarkdown, html: requirementsHtml, json: requirementsJson } as const

export default class Requirements extends BaseCommand {
  static override summary =
    'Print what a deployment must bring: variables, inputs, servers and ports, programs, files and rights.'
  static override description =
    'For the people who provision it. Made from the packs in use, or from the selected checks. Reads no environment, runs nothing and contacts nothing.'
  static override examples = [
    '<%= config.bin %> requirements > requirements.md',
    '<%= config.bin %> requirements shield --no-gates --format html > requirements.html',
    '<%= config.bin %> requirements --format json',
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...selectionFlags,
    ...definitionFlags,
    format: Flags.option({
      description: 'output format',
      options: ['markdown', 'html', 'json'] as const,
      default: 'markdown' as const,
    })(),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Requirements)
    const requirements = await requirementsOf({ ...definitionOptions(flags), selection: selectionOptions(flags, argv) })
    await writeReport(formats[flags.format](requirements))
  }
}
