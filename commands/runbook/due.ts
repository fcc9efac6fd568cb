import { Args } from '@oclif/core'
import { stateFolder } from '../../src/base/files/state-folder.js'
import { exitCodes } from '../../src/base/errors.js'
import { readConfiguration } from '../../src/checks/settings.js'
import { BaseCommand, onScreen, textStyle, warn, writeReport } from '../../src/cli/base-command.js'
import { formatFlag, stateFlags } from '../../src/cli/flags.js'
import { runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { dueRunbooks, runbooksInUse, scheduledRunbooks } from '../../src/runbooks/due/due-runbooks.js'
import { allRunbooks } from '../../src/runbooks/prepare/runbook-source.js'
import { dueJson, dueText } from '../../src/runbooks/text/due-text.js'

export default class RunbookDue extends BaseCommand {
  static override summary = 'List the runbooks that have a schedule, and whether they are due.'
  static override description = `A runbook with \`schedule: daily\`, \`weekly\` or \`monthly\` is due one day, seven days or one month after the day on which its last run
that ended well was started, by the calendar of this machine. One without such a run is due. Only runs of this deployment count, which is the one
that the deployment file names. Nothing is run: call this from cron or a timer.

Exit codes: 0 none is due; 1 some are; 2 wrong usage; 3 definitions invalid.`
  static override examples = [
    '<%= config.bin %> runbook due',
    {
      description: 'of one system, for a program',
      command: '<%= config.bin %> runbook due arqonbus --format json',
    },
    {
      description: 'a reminder from cron, each morning at 7',
      command: '0 7 * * * <%= config.bin %> runbook due arqonbus/daily || mail -s "the daily checklist is due" on-call',
    },
  ]
  static override args = {
    selector: Args.string({
      ignoreStdin: true,
      description: 'the id of a runbook, or a path that selects all under it [default: all that have a schedule]',
    }),
  }
  static override flags = {
    ...stateFlags,
    ...runbookSourceFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookDue)
    const source = runbookSource(flags)
    const { deployment, packs } = await readConfiguration(source.definitions)
    const all = [...(await allRunbooks(source)).values()]
    const meant = args.selector === undefined ? await runbooksInUse(all, packs) : all
    const runbooks = await dueRunbooks({
      runbooks: scheduledRunbooks(meant, args.selector),
      state: stateFolder(flags.state),
      deployment,
      now: new Date(),
      warn,
    })
    await writeReport(flags.format === 'json' ? dueJson(runbooks) : onScreen(dueText(runbooks, textStyle())))
    this.finish(runbooks.some(({ isDue }) => isDue) ? exitCodes.failed : exitCodes.go)
  }
}
