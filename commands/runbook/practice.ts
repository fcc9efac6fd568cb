import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle, runTerminal } from '../../src/cli/base-command.js'
import { isPersonPresent, terminalPerson } from '../../src/cli/asking-person.js'
import { givenToRunbook, parameterFlags, runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { practiceText } from '../../src/runbooks/text/runbook-verify-text.js'
import { practise } from '../../src/runbooks/practice/practice.js'
import { plainFlag } from '../../src/cli/flags.js'

export default class RunbookPractice extends BaseCommand {
  static override summary = 'Practise a runbook without any effect: each effect is a question, or a recorded answer.'
  static override description = `At a terminal you say how each step ends; elsewhere every step succeeds, unless an answer file says otherwise. A failure or a crash
can be injected; the practice then continues as an operator would: it resumes, resolves, undoes. At the end it lists which undo steps and which decisions
were exercised, and which were not. Exit code 0 with any outcome of the steps.`
  static override examples = [
    '<%= config.bin %> runbook practice arqonbus/deploy-production --fail-at start',
    '<%= config.bin %> runbook practice arqonbus/projector-migration --kill-at migrate --answers answers.yaml',
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the runbook', required: true }),
  }
  static override flags = {
    'fail-at': Flags.string({ description: 'this step fails', helpValue: '<step>' }),
    'kill-at': Flags.string({ description: 'the process is killed in this step', helpValue: '<step>' }),
    answers: Flags.string({
      description:
        'a YAML file of answers: for the path of a step (or path#verify, path#undo) its outcome, facts, outputs',
      helpValue: '<file>',
    }),
    plain: plainFlag,
    ...parameterFlags,
    ...runbookSourceFlags,
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(RunbookPractice)
    const person = terminalPerson()
    const practice = await practise({
      ...runbookSource(flags),
      ...givenToRunbook(flags, raw, isPersonPresent() ? person : undefined),
      id: args.id,
      failAt: flags['fail-at'],
      killAt: flags['kill-at'],
      answers: flags.answers,
      isAsking: isPersonPresent() && flags.answers === undefined,
      conductor: person,
      terminal: runTerminal(flags.plain),
      interruption: this.interruption,
    })
    await writeReport(onScreen(practiceText(practice, textStyle())))
    this.finish(0)
  }
}
