import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle, runTerminal } from '../src/cli/base-command.js'
import { stateFlags, wholeNumberFlag } from '../src/cli/flags.js'
import { detailFlags, reportDetail } from '../src/cli/report-flags.js'
import { resultHistoryJson, resultHistoryText } from '../src/checks/text/history-text.js'
import { keptReport, resultHistory } from '../src/checks/history/history.js'
import { UsageError } from '../src/base/errors.js'

export default class History extends BaseCommand {
  static override summary = "List the kept results of this user's runs, the latest first, or print one of them again."
  static override description = `\`preflight run\` keeps its last 20 finished results, redacted as in the printed report. With an ID, the report of that run is printed again, in any
format; the exit code is 0 with any verdict.`
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history --limit 5 --format json',
    { description: 'the last report again', command: '<%= config.bin %> history last' },
    { description: 'an earlier result as a document', command: '<%= config.bin %> history 3f9a1c2d --format json' },
  ]
  static override args = {
    id: Args.string({ description: 'the run: its id, a unique part of the id, or `last`', ignoreStdin: true }),
  }
  static override flags = {
    limit: wholeNumberFlag('limit', 'maximum number of results to list [default: 20]', '<n>', {
      minimum: 1,
      maximum: 1000,
    }),
    ...detailFlags,
    ...stateFlags,
    format: Flags.string({
      description: 'output format: human or json; for one result any format of `run`',
      helpValue: '<format>',
      default: 'human',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(History)
    const { state, format } = flags
    if (args.id !== undefined) {
      await writeReport(
        await keptReport({ state, id: args.id, format, style: runTerminal(true, reportDetail(flags)).reportStyle }),
      )
      return
    }
    if (format !== 'human' && format !== 'json')
      throw new UsageError(`the list of results cannot be printed as ${format}`, {
        hint: 'use human or json, or name a result to print it in another format',
      })
    const history = await resultHistory({ state, limit: flags.limit ?? 20 })
    await writeReport(
      format === 'json' ? resultHistoryJson(history) : onScreen(resultHistoryText(history, textStyle())),
    )
  }
}
