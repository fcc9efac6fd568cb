import {
  BaseCommand,
  onScreen,
  writeReport,
  announce,
  textStyle,
  untilInterrupted,
} from '../../src/cli/base-command.js'
import { sandboxText } from '../../src/cli/sandbox-text.js'
import { chooseSandboxOf, systemArgument, sandboxFlags, startSandbox } from '../../src/cli/sandbox.js'

export default class SandboxUp extends BaseCommand {
  static override summary = 'Start the sandbox and keep it running until Ctrl-C.'
  static override description =
    'Prints the environment file and the inputs for `run` in another terminal. Everything is stopped and removed when this command ends.'
  static override examples = [
    '<%= config.bin %> sandbox up',
    '<%= config.bin %> sandbox up --fault postgres-migration-missing',
    '<%= config.bin %> sandbox up aegis',
  ]
  static override args = { system: systemArgument() }
  static override flags = {
    ...sandboxFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SandboxUp)
    const sandbox = await startSandbox(
      chooseSandboxOf(args.system, flags.fault),
      { launcher: flags.launcher, backend: flags.backend },
      announce,
    )
    try {
      await writeReport(onScreen(sandboxText(sandbox, textStyle())))
      await untilInterrupted(this.interruption)
      announce('stopping the sandbox')
    } finally {
      await sandbox.stop()
    }
    this.finish(0)
  }
}
