import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { alertFlags, alertOptions } from '../src/cli/alert-flags.js'
import { onScreen, textStyle, writeReport } from '../src/cli/write-output.js'
import { evaluateAlerts } from '../src/alerts/evaluate-alerts.js'
import { alertsText } from '../src/alerts/text/alerts-text.js'
import { safeJson } from '../src/base/text/bounded-json.js'

export default class Alerts extends BaseCommand {
  static override summary = 'Evaluate the alerts of a deployment: what fires, since when, what to run and whom to call.'
  static override description = `Asks the checks of every alert once, whatever the others say, and changes nothing.

Exit codes: 0 nothing fires; 1 an alert fires; 2 wrong usage; 3 definitions or configuration invalid; 4 none fires, and one cannot be evaluated; 74 a report could not be written; 129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    { description: 'every alert, once', command: '<%= config.bin %> alerts --env-file .env.production' },
    { description: 'those of one system, for a program', command: '<%= config.bin %> alerts bus --format json' },
  ]
  static override args = {
    system: Args.string({ description: 'only the alerts of this system', ignoreStdin: true }),
  }
  static override flags = {
    ...alertFlags,
    format: Flags.option({
      description: 'output format',
      options: ['human', 'json'] as const,
      default: 'human' as const,
    })(),
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Alerts)
    const { signal } = this.interruption
    const options = {
      ...alertOptions(flags, raw, args.system),
      environmentAsked: environmentAsked(signal, flags.format),
    }
    const document = await evaluateAlerts(options, signal)
    await writeReport(flags.format === 'json' ? safeJson(document) : onScreen(alertsText(document, textStyle())))
    this.finishAsWritten(document.exitCode)
  }
}
