import { Flags } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { writeReport, announce, textStyle } from '../../src/cli/write-output.js'
import { sandboxText } from '../../src/cli/sandbox-text.js'
import { untilInterrupted } from '../../src/cli/start.js'
import { launcherShapes, sandboxFault, startSandbox } from '../../src/cli/sandbox.js'

export default class SandboxUp extends BaseCommand {
  static override summary = 'Start the sandbox and keep it running until Ctrl-C.'
  static override description =
    'Prints the environment file and the inputs for `run` in another terminal. Everything is stopped and removed when this command ends.'
  static override examples = [
    '<%= config.bin %> sandbox up',
    '<%= config.bin %> sandbox up --fault postgres-migration-missing',
  ]
  static override flags = {
    fault: Flags.string({ description: 'inject this fault first; see `sandbox faults`', helpValue: '<name>' }),
    launcher: Flags.option({
      options: launcherShapes,
      description: 'the storage that the launcher of the bus gives its HTTP pages',
    })(),
    backend: Flags.option({
      options: ['redis_streams', 'valkey', 'postgres'] as const,
      description: 'ARQONBUS_STORAGE_BACKEND of the deployment',
    })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SandboxUp)
    const fault = flags.fault === undefined ? undefined : sandboxFault(flags.fault)
    announce('starting a deployment on this machine')
    const sandbox = await startSandbox(fault, { launcher: flags.launcher, backend: flags.backend })
    try {
      await writeReport(sandboxText(sandbox, textStyle()))
      await untilInterrupted(this.interruption)
      announce('stopping the sandbox')
    } finally {
      await sandbox.stop()
    }
    this.finish(0)
  }
}
