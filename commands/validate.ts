import { BaseCommand } from '../src/cli/base-command.js'
import { writeReport } from '../src/cli/write-output.js'
import { runbookSource, runbookSourceFlags } from '../src/cli/runbook-flags.js'
import { validateJson, validateText, validateDefinitions } from '../src/cli/validate-definitions.js'
import { formatFlag } from '../src/cli/flags.js'

export default class Validate extends BaseCommand {
  static override summary =
    'Validate the checks, the runbooks, the deployment file and its waivers, and list every problem as file:line:col.'
  static override description =
    'No probe runs. Exit code 0 when everything is valid, 3 when anything is not. Shows where the guard against problems (`facts.problem.code == "none"`) was added before the written expectations: for each pack and for the runbooks; with --format json, for each check and step.'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --checks ./our-checks',
    '<%= config.bin %> validate --no-builtin --checks ./our-checks --format json',
    '<%= config.bin %> validate --runbooks ./our-runbooks',
  ]
  static override flags = {
    ...runbookSourceFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate)
    const validated = await validateDefinitions(runbookSource(flags))
    await writeReport(flags.format === 'json' ? validateJson(validated) : validateText(validated))
  }
}
