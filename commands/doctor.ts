import { BaseCommand, textStyle, writeReport } from '../src/cli/base-command.js'
import { examineHost } from '../src/cli/doctor/examine-host.js'
import { doctorJson, doctorText } from '../src/cli/doctor/doctor-text.js'
import { environmentFlags, formatFlag, namedState, repeatable, selectionFlags, stateFlags } from '../src/cli/flags.js'
import { environmentOptions, inputOptions, selectionOptions } from '../src/cli/options.js'
import { runbookSource, runbookSourceFlags } from '../src/cli/runbook-flags.js'
import { exitCodes } from '../src/base/errors.js'

export default class Doctor extends BaseCommand {
  static override summary = 'Say whether preflight itself has what it needs here.'
  static override description = `Looks at Node, folders, limits, the clock, the terminal, the installation, the deployment file, the environment it names, and the programs that the selected checks start.
Changes nothing, starts nothing and contacts nothing. Each line is ok, warning or missing. Exit code 0, or 2 if something is missing that preflight cannot do without.`
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --before-start --env-file .env.production',
    '<%= config.bin %> doctor --runbook arqonbus/start',
    '<%= config.bin %> doctor --format json',
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...selectionFlags,
    ...environmentFlags,
    ...runbookSourceFlags,
    ...stateFlags,
    runbook: repeatable('also look for the programs that this runbook starts (repeatable)', '<id>'),
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { argv, flags, raw } = await this.parse(Doctor)
    const { definitions, runbooks } = runbookSource(flags)
    const findings = await examineHost({
      ...definitions,
      runbooks,
      runbookIds: flags.runbook ?? [],
      selection: selectionOptions(flags, argv),
      environment: environmentOptions(flags, raw),
      inputs: inputOptions(flags),
      state: namedState(flags),
    })
    await writeReport(flags.format === 'json' ? doctorJson(findings) : doctorText(findings, textStyle()))
    this.finish(findings.some(({ state }) => state === 'missing') ? exitCodes.usage : exitCodes.go)
  }
}
