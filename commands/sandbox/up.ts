import { Flags } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { writeReport } from '../../src/cli/output.js'
import { announce } from '../../src/cli/announce.js'
import { sandboxText } from '../../src/cli/text/sandbox-text.js'
import { textStyle } from '../../src/cli/text/style.js'
import { untilInterrupted } from '../../src/cli/signals.js'
import { sandboxFault, startSandbox } from '../../src/app/sandbox.js'

export default class SandboxUp extends BaseCommand {
  static override summary = 'Start the sandbox and leave it up until Ctrl-C.'
  static override description = 'Prints the environment file and the inputs with which `run`, in another terminal, judges it. Everything ends and is removed with this command.'
  static override examples = ['<%= config.bin %> sandbox up', '<%= config.bin %> sandbox up --fault postgres-migration-missing']
  static override flags = { fault: Flags.string({ description: 'break this first; see `sandbox faults`', helpValue: '<name>' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(SandboxUp)
    const fault = flags.fault === undefined ? undefined : sandboxFault(flags.fault)
    announce('starting a deployment on this machine')
    const sandbox = await startSandbox(fault)
    try {
      await writeReport(sandboxText(sandbox, textStyle()))
      await untilInterrupted(this.interruption)
      announce('taking it down')
    } finally {
      await sandbox.stop()
    }
    this.finish(0)
  }
}
