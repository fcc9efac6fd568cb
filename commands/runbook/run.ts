import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { environmentAsked } from '../../src/cli/asking-person.js'
import { stateFlags } from '../../src/cli/flags.js'
import { reportRun } from '../../src/cli/report-run.js'
import {
  conductFlags,
  conductOptions,
  givenToRunbook,
  parameterPerson,
  parameterFlags,
  runbookSource,
  runbookSourceFlags,
} from '../../src/cli/runbook-flags.js'
import { startRun } from '../../src/runbooks/start-run.js'

export default class RunbookRun extends BaseCommand {
  static override summary = 'Run a runbook, step by step, with a journal that survives a crash.'
  static override description = `Every step is recorded in the journal before it is done. An interrupted run is continued by \`preflight runbook resume\`,
and undone by \`preflight runbook undo\`.

A checklist judges every item, whatever the others say. It ends with 0 when all hold and are confirmed, 1 when an item failed, 4 when none
failed but something could not be evaluated, 29 when only the word of a person is missing.

Exit codes: 0 completed (with or without manual steps); 2 wrong usage; 3 definitions or parameters invalid; 20 a step failed, or something that the runbook requires is
missing; 21 undone;
22 could not be undone; 23 a question was refused or could not be asked; 24 unknown whether a step took effect; 25 another run
holds the target; 26 something changed since the plan; 74 the journal could not be written; 129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    {
      description: 'a deploy',
      command:
        '<%= config.bin %> runbook run arqonbus/deploy-production --param repository=/srv/arqonbus --env-file .env.production',
    },
    {
      description: 'exactly the plan and nothing else',
      command: '<%= config.bin %> runbook run arqonbus/projector-migration --plan plan.json',
    },
    {
      description: 'a checklist, with the runbook among its items',
      command: '<%= config.bin %> runbook run arqonbus/monthly --env-file .env --approve backup',
    },
    {
      description: 'without a terminal, a destructive step approved by its path',
      command: '<%= config.bin %> runbook run arqonbus/emergency-restart --approve stop',
    },
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the runbook', required: true }),
  }
  static override flags = {
    ...parameterFlags,
    ...conductFlags,
    plan: Flags.string({
      description:
        'refuse to run anything but this plan: its hash, or the file of `runbook plan --output`, which lets the refusal name each difference',
      helpValue: '<hash|file>',
    }),
    ...stateFlags,
    ...runbookSourceFlags,
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookRun)
    const run = await startRun({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, parameterPerson(), environmentAsked(this.interruption.signal)),
      id: args.id,
      plan: flags.plan,
      ...conductOptions(flags, this.interruption),
    })
    this.finishAsWritten(await reportRun(run))
  }
}
