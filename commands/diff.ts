import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../src/cli/base-command.js'
import { resultDifferenceText } from '../src/checks/text/result-difference-text.js'
import { compareResults } from '../src/checks/result/render-result.js'
import { UsageError, exitCodes } from '../src/base/errors.js'
import { safeJson } from '../src/base/text/bounded-json.js'
import { formatFlag } from '../src/cli/flags.js'

export default class Diff extends BaseCommand {
  static override summary = 'Compare two saved results: checks that turned red or green, or no longer ran.'
  static override description = `BEFORE and AFTER are files that \`preflight run --output\` wrote. The comparison shows checks with another outcome, changed facts, slower checks, and different circumstances of the runs: profile, definitions, commit.
AFTER is worse when its verdict is worse, or when a check is newly red or no longer evaluated: blocked, deselected, no longer declared.

Exit codes: 0 not worse; 1 worse; 2 wrong usage; 3 a file is not a result document.`
  static override examples = [
    { description: 'against the last release', command: '<%= config.bin %> diff released.json preflight.json' },
    {
      description: 'what takes twice as long',
      command: '<%= config.bin %> diff released.json preflight.json --slower 2 --format json',
    },
  ]
  static override args = {
    before: Args.string({ description: 'the earlier result', required: true }),
    after: Args.string({ description: 'the later result', required: true }),
  }
  static override flags = {
    slower: Flags.custom<number>({
      description: 'show checks that take this many times as long, and at least half a second longer (1.1 to 1000)',
      helpValue: '<factor>',
      default: 3,
      parse: async (text) => slowerFactor(text),
    })(),
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff)
    const difference = await compareResults(args.before, args.after, flags.slower)
    await writeReport(
      flags.format === 'json' ? safeJson(difference) : onScreen(resultDifferenceText(difference, textStyle())),
    )
    this.finish(difference.isWorse ? exitCodes.failed : exitCodes.go)
  }
}

function slowerFactor(text: string): number {
  const factor = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (factor >= 1.1 && factor <= 1000) return factor
  throw new UsageError(`--slower ${text} is not a factor between 1.1 and 1000`)
}
