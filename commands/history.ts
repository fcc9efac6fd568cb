import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { stateFlags } from '../src/cli/flags.js'
import { writeReport, textStyle, runTerminal } from '../src/cli/write-output.js'
import { resultHistoryJson, resultHistoryText } from '../src/checks/text/history-text.js'
import { keptReport, resultHistory } from '../src/checks/history/history.js'
import { UsageError } from '../src/base/errors.js'

export default class History extends BaseCommand {
  static override summary =
    "List the results that were kept of this user's runs, the latest first, or print one of them again."
  static override description = `\`preflight run\` keeps its last 20 finished results, redacted as they were printed. With an ID the report of that run is printed once more, in any
format; its verdict stands in the report, and the exit code is 0.`
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history --limit 5 --format json',
    { description: 'the last report once more', command: '<%= config.bin %> history last' },
    { description: 'an earlier result as a document', command: '<%= config.bin %> history 3f9a1c2d --format json' },
  ]
  static override args = {
    id: Args.string({ description: 'the run: its id, a part of it that no other has, or `last`', ignoreStdin: true }),
  }
  static override flags = {
    limit: Flags.integer({
      description: 'how many are listed at most (1 to 1000)',
      helpValue: '<n>',
      min: 1,
      max: 1000,
      default: 20,
    }),
    ...stateFlags,
    format: Flags.string({
      description: 'how to print it: human or json; one result in any format of `run`',
      helpValue: '<format>',
      default: 'human',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(History)
    const { state, format } = flags
    if (args.id !== undefined) {
      await writeReport(await keptReport({ state, id: args.id, format, style: runTerminal(true).reportStyle }))
      return
    }
    if (format !== 'human' && format !== 'json')
      throw new UsageError(`the list of results has no format ${format}`, {
        hint: 'human and json; name a result to print it in another one',
      })
    const history = await resultHistory({ state, limit: flags.limit })
    await writeReport(format === 'json' ? resultHistoryJson(history) : resultHistoryText(history, textStyle()))
  }
}
