import { BaseCommand, announce, runTerminal } from '../../src/cli/base-command.js'
import { limitFlags, failOnWarnFlag, plainFlag } from '../../src/cli/flags.js'
import { reportDetail, reportFlags, reportRequests, resultFileFlag } from '../../src/cli/report-flags.js'
import { limitOptions, wholeSelection } from '../../src/cli/options.js'
import type { RunOptions } from '../../src/checks/run-options.js'
import { runPreflight } from '../../src/checks/run-preflight.js'
import { chooseSandbox, sandboxFlags, startSandbox } from '../../src/cli/sandbox.js'

export default class SandboxRun extends BaseCommand {
  static override summary = 'Start the sandbox, run the production preflight against it, and stop it.'
  static override description =
    'Real servers and stand-ins of the services, on free loopback ports in a temporary folder. Which deployment it is comes from the selectors or the fault; without either it is the one that a bare run judges. The exit code is that of the preflight.'
  static override examples = [
    '<%= config.bin %> sandbox run',
    '<%= config.bin %> sandbox run --fault redis-paused',
    '<%= config.bin %> sandbox run shield --format json',
    '<%= config.bin %> sandbox run aegis',
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...sandboxFlags,
    ...limitFlags,
    'fail-on-warn': failOnWarnFlag,
    ...reportFlags,
    output: resultFileFlag,
    plain: plainFlag,
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SandboxRun)
    const selectors = argv.map(String)
    const chosen = chooseSandbox(selectors, flags.fault)
    const { fault } = chosen
    const sandbox = await startSandbox(chosen, { launcher: flags.launcher, backend: flags.backend }, announce)
    try {
      if (fault !== undefined)
        announce(
          `broken on purpose: ${fault.title}; ${fault.caughtBy} must end with ${fault.status}, and the run with exit code ${fault.exitCode}`,
        )
      const options: RunOptions = {
        checks: [],
        noBuiltin: false,
        config: sandbox.configurationFile,
        selection: wholeSelection(selectors.length > 0 ? selectors : sandbox.selectors),
        environment: { files: [sandbox.environmentFile], pid: undefined, inherit: false },
        inputs: [],
        knownSecretsFile: undefined,
        ...limitOptions(flags),
        failOnWarn: flags['fail-on-warn'],
        format: flags.format,
        reports: reportRequests(flags.report),
        reportMode: flags['report-mode'],
        outputFile: flags.output,
        terminal: runTerminal(flags.plain, reportDetail(flags)),
      }
      const { exitCode } = await runPreflight(options, this.interruption)
      this.finish(exitCode)
    } finally {
      await sandbox.stop()
    }
  }
}
