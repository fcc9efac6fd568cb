import { Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../src/cli/base-command.js'
import { runbookSource, runbookSourceFlags } from '../src/cli/runbook-flags.js'
import { validateJson, validateText, validateDefinitions } from '../src/cli/validate-definitions.js'
import { validateWatching } from '../src/cli/validate-watching.js'
import { exitCodes } from '../src/base/errors.js'
import { alertSourceFlag } from '../src/cli/alert-flags.js'
import { formatFlag } from '../src/cli/flags.js'
import { verifyBuiltInDefinitions } from '../src/cli/built-in-definitions.js'

export default class Validate extends BaseCommand {
  static override summary =
    'Validate the checks, the runbooks, the alerts, the deployment file and its waivers, and list every problem as file:line:col.'
  static override description =
    'No probe runs. Exit code 0 when everything is valid, 3 when anything is not. Shows where the guard against problems (`facts.problem.code == "none"`) was added before the written expectations: for each pack and for the runbooks; with --format json, for each check and step.'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --checks ./our-checks',
    '<%= config.bin %> validate --no-builtin --checks ./our-checks --format json',
    '<%= config.bin %> validate --runbooks ./our-runbooks',
    '<%= config.bin %> validate --checks ./our-checks --alerts ./our-alerts',
    '<%= config.bin %> validate --watch --checks ./our-checks',
    '<%= config.bin %> validate --verify-built-in',
  ]
  static override flags = {
    ...runbookSourceFlags,
    alerts: alertSourceFlag,
    format: formatFlag(),
    watch: Flags.boolean({ description: 'validate again at every change of the files, until Ctrl-C (exit 130)' }),
    'verify-built-in': Flags.boolean({
      description: 'also parse every definition that ships, and compare it with what the build keeps of it',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate)
    const source = { ...runbookSource(flags), alerts: flags.alerts ?? [] }
    const validate = async (): Promise<void> => {
      const builtIn = flags['verify-built-in'] ? verifyBuiltInDefinitions() : undefined
      const validated = { ...(await validateDefinitions(source)), builtIn }
      await writeReport(flags.format === 'json' ? validateJson(validated) : onScreen(validateText(validated)))
    }
    if (!flags.watch) return validate()
    await validateWatching(source, validate, this.interruption.signal)
    this.finish(exitCodes.go)
  }
}
