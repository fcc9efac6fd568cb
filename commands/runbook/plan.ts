import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, warn, textStyle } from '../../src/cli/base-command.js'
import { environmentAsked } from '../../src/cli/asking-person.js'
import { givenToRunbook, parameterFlags, runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { startCommand } from '../../src/runbooks/text/runbook-next.js'
import { planJson, planText } from '../../src/runbooks/text/runbook-plan-text.js'
import { savePlan } from '../../src/runbooks/plan/runbook-plan.js'
import { prepareRunbook } from '../../src/runbooks/prepare/prepare-runbook.js'
import { parametersAgain, startedWithOf } from '../../src/runbooks/start-run.js'
import { unmaskableNotices } from '../../src/redaction/unmaskable-notice.js'
import { formatFlag } from '../../src/cli/flags.js'

export default class RunbookPlan extends BaseCommand {
  static override summary = 'Print exactly what a runbook would do, without running, contacting or writing anything.'
  static override description = `The plan ends with a hash of everything that decides what the run does, and lists it: runbooks, parameters, files, programs, environment files, packs,
inputs, waivers, the deployment file and the tool's version. \`preflight runbook run ID --plan HASH\` refuses to run anything else; with the file of
--output instead of the hash it names each difference.`
  static override examples = [
    '<%= config.bin %> runbook plan arqonbus/deploy-production --param repository=/srv/arqonbus',
    '<%= config.bin %> runbook plan arqonbus/tune --output plan.json',
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the runbook', required: true }),
  }
  static override flags = {
    ...parameterFlags,
    ...runbookSourceFlags,
    output: Flags.string({ description: 'also save the plan as JSON, in a new file', helpValue: '<file>' }),
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookPlan)
    const gathered = await prepareRunbook({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, undefined, environmentAsked(this.interruption.signal, flags.format)),
      id: args.id,
    })
    const { plan, redactor } = gathered
    if (flags.output !== undefined) await savePlan(flags.output, planJson(plan))
    for (const notice of unmaskableNotices(redactor)) warn(notice)
    if (flags.format === 'json') return writeReport(planJson(plan))
    const start = startCommand(
      plan,
      await startedWithOf(gathered, undefined),
      parametersAgain(gathered),
      gathered.workingFolder,
    )
    await writeReport(onScreen(planText(plan, textStyle(), start)))
  }
}
