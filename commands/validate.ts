import { BaseCommand } from '../src/cli/base-command.js'
import { definitionFlags } from '../src/cli/flags.js'
import { definitionOptions } from '../src/cli/options.js'
import { writeReport } from '../src/cli/output.js'
import { validateDefinitions } from '../src/app/validate-definitions.js'

export default class Validate extends BaseCommand {
  static override summary = 'Compile the definitions and the deployment file, and list every problem as file:line:col.'
  static override description = 'No probe runs. Exit code 0 when everything compiles, 3 when anything does not.'
  static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate --checks ./our-checks', '<%= config.bin %> validate --no-builtin --checks ./our-checks']
  static override flags = definitionFlags

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate)
    const { checks, packs } = await validateDefinitions(definitionOptions(flags))
    await writeReport(`valid: ${checks} checks in ${packs.length} packs (${packs.join(', ')})\n`)
  }
}
