import { BaseCommand } from '../src/cli/base-command.js'
import { writeReport } from '../src/cli/output.js'
import { runbookSource, runbookSourceFlags } from '../src/cli/runbook-flags.js'
import { validateDefinitions } from '../src/app/validate-definitions.js'

export default class Validate extends BaseCommand {
  static override summary = 'Compile the checks, the runbooks, the deployment file and the waivers it names, and list every problem as file:line:col.'
  static override description = 'No probe runs. Exit code 0 when everything compiles, 3 when anything does not.'
  static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate --checks ./our-checks', '<%= config.bin %> validate --no-builtin --checks ./our-checks', '<%= config.bin %> validate --runbooks ./our-runbooks']
  static override flags = runbookSourceFlags

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate)
    const { checks, packs, runbooks, waivers } = await validateDefinitions(runbookSource(flags))
    const parts = [...(packs.length === 0 ? [] : [`${checks} checks in ${packs.length} packs (${packs.join(', ')})`]), ...(runbooks === 0 ? [] : [`${runbooks} runbooks`]), ...(waivers === undefined ? [] : [`${waivers} waivers`])]
    await writeReport(`valid: ${parts.join(', ')}\n`)
  }
}
