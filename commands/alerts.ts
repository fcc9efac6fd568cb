import { Args } from '@oclif/core'
import { BaseCommand, runTerminal, writeReport } from '../src/cli/base-command.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { alertFlags, alertOptions, alertReport, watchOptions } from '../src/cli/alert-flags.js'
import { evaluateAlerts } from '../src/alerts/evaluate-alerts.js'
import { exitCodes } from '../src/base/errors.js'

export default class Alerts extends BaseCommand {
  static override summary = 'Evaluate the alerts of a deployment: what fires, since when, what to run and whom to call.'
  static override description = `Asks the checks of every alert, whatever the others say, and changes nothing. An alert is firing, not firing, or not evaluable: what could not be observed is no alarm, and is not quiet either.
--watch goes on, and keeps a history in the state folder: alerts that fire after several rounds, or when a figure keeps growing, need it.

Exit codes: 0 nothing fires; 1 an alert fires; 2 wrong usage; 3 definitions or configuration invalid; 4 none fires, and one cannot be evaluated;
25 another watch keeps the same history; 70 a bug in preflight; 74 a report could not be written; 129, 130, 143 hung up, interrupted (the end of a watch), terminated.`
  static override examples = [
    { description: 'every alert, once', command: '<%= config.bin %> alerts --env-file .env.production' },
    {
      description: 'those of one system, for a program',
      command: '<%= config.bin %> alerts bus --alerts ./ops/alerts --checks ./ops/checks --format json',
    },
    {
      description: 'again every 30 seconds, until Ctrl-C',
      command: '<%= config.bin %> alerts --env-file .env.production --watch 30s',
    },
    {
      description: 'and tell a program of each change, as JSON on its standard input',
      command: '<%= config.bin %> alerts --env-file .env.production --watch 30s --on-change ./page-on-call.sh',
    },
    {
      description: "for the textfile collector of Prometheus' node exporter",
      command: '<%= config.bin %> alerts --env-file .env.production --format prometheus > preflight-alerts.prom',
    },
  ]
  static override args = {
    system: Args.string({ description: 'only the alerts of this system', ignoreStdin: true }),
  }
  static override flags = alertFlags

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Alerts)
    const { signal } = this.interruption
    const options = {
      ...alertOptions(flags, raw, args.system),
      environmentAsked: environmentAsked(signal, flags.format),
    }
    const watch = watchOptions(flags)
    if (watch === undefined) {
      const document = await evaluateAlerts(options, signal)
      await writeReport(alertReport(flags.format, document))
      this.finishAsWritten(document.exitCode)
      return
    }
    const { progress, progressMode, progressColour } = runTerminal(flags.plain)
    const mode = progressMode === 'live' ? 'live' : 'plain'
    const { watchAlerts } = await import('../src/alerts/watch/watch-alerts.js')
    await watchAlerts({ ...options, ...watch, view: { stream: progress, mode, colour: progressColour } }, signal)
    this.finish(exitCodes.go)
  }
}
