import { BaseCommand, onScreen, writeReport, textStyle } from '../src/cli/base-command.js'
import { durationFlag, formatFlag } from '../src/cli/flags.js'
import { selfTestJson, selfTestText } from '../src/checks/text/lock-text.js'
import { runSelfTest } from '../src/checks/self-test/run-self-test.js'
import { exitCodes } from '../src/base/errors.js'

/** Milliseconds: what a busy machine takes, many times over. */
const defaultLimit = 120_000

export default class Selftest extends BaseCommand {
  static override summary = 'Show that every kind of probe can pass, fail and end without an answer.'
  static override description = `Plays small peers on this machine's loopback (servers in order, servers that refuse, servers that stay silent) and tests every
kind of probe against them. Nothing else is contacted, nothing needs to be installed, and nothing is left behind.

Exit codes: 0 every kind works; 70 a probe passed when it must not, cannot pass, or has no self-test; 129, 130, 143 interrupted.`
  static override examples = ['<%= config.bin %> selftest', '<%= config.bin %> selftest --format json']
  static override flags = {
    deadline: durationFlag('deadline', 'maximum time of the whole self-test [default: 2m]', {
      minimum: 1000,
      maximum: 3_600_000,
    }),
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Selftest)
    const report = await runSelfTest({ signal: this.interruption.signal, limit: flags.deadline ?? defaultLimit })
    await writeReport(flags.format === 'json' ? selfTestJson(report) : onScreen(selfTestText(report, textStyle())))
    this.finish(report.isTrusted ? exitCodes.go : exitCodes.internal)
  }
}
