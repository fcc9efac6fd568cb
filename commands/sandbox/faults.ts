import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { faultsJson, faultsText } from '../../src/cli/sandbox-text.js'
import { sandboxFaults, systemArgument } from '../../src/cli/sandbox.js'
import { formatFlag } from '../../src/cli/flags.js'

export default class SandboxFaults extends BaseCommand {
  static override summary = 'List the faults of the sandbox, and the check that catches each.'
  static override examples = [
    '<%= config.bin %> sandbox faults',
    '<%= config.bin %> sandbox faults aegis --format json',
  ]
  static override args = { system: systemArgument() }
  static override flags = {
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SandboxFaults)
    const faults = sandboxFaults(args.system)
    await writeReport(flags.format === 'json' ? faultsJson(faults) : onScreen(faultsText(faults, textStyle())))
  }
}
