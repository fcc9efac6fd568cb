import { Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { agreementFlags, definitionFlags, environmentFlags, inputRuleFlag, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, selectionOptions } from '../src/cli/options.js'
import { writeReport } from '../src/cli/write-output.js'
import { checkedLockText, writtenLockText } from '../src/checks/text/lock-text.js'
import { checkLock } from '../src/checks/lock/check-lock.js'
import { inputRules } from '../src/checks/lock/lock-inputs.js'
import { lockSelection } from '../src/checks/lock/lock-selection.js'
import type { SelectionOptions } from '../src/checks/settings.js'
import { UsageError } from '../src/base/errors.js'

export default class Lock extends BaseCommand {
  static override summary = 'Lock a selection of checks, so that nothing of it goes missing or changes unseen.'
  static override description = `Writes preflight.lock beside the deployment file: every id with a digest of its definition, the inputs that they read, and who may sign waivers. From then on a run of that selection ends with exit code 3 when a locked check is missing, deselected or changed, or an input is not what is locked; and only waivers that the lock allows count.
Give --input as the run does. An input that varies between runs has a rule (--input-rule).
Exit codes: 0 locked, or kept (--check); 2 no such lock; 3 the definitions are invalid, or the lock is not kept.`
  static override examples = [
    { description: 'what a bare run judges', command: '<%= config.bin %> lock' },
    { description: 'in CI', command: '<%= config.bin %> lock --check' },
    {
      description: 'again, with the selection and the rules of the lock that is there',
      command: '<%= config.bin %> lock --update',
    },
    {
      description: 'with an address that varies',
      command: "<%= config.bin %> lock --input-rule 'bus_url=https://*.internal'",
    },
    {
      description: 'a selection of its own beside it',
      command: '<%= config.bin %> lock --before-start --lock before-start.lock',
    },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    check: Flags.boolean({
      description: 'write nothing: say whether what the lock selects is still what was locked',
      exclusive: ['update'],
    }),
    update: Flags.boolean({
      description: 'lock what there is now, with the selection, the profile and the rules of the lock that is there',
    }),
    input: environmentFlags.input,
    'input-rule': inputRuleFlag,
    waivers: agreementFlags.waivers,
    lock: Flags.string({
      description: 'the file [default: preflight.lock beside the deployment file]',
      helpValue: '<file>',
    }),
    ...selectionFlags,
    ...definitionFlags,
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Lock)
    const options = {
      ...definitionOptions(flags),
      lockFile: flags.lock,
      waiversFile: flags.waivers,
      inputs: flags.input ?? [],
    }
    const rules = inputRules(flags['input-rule'] ?? [])
    const selection = selectionOptions(flags, argv)
    if (flags.check || flags.update) refuseSelection(flags.check ? '--check' : '--update', selection)
    if (!flags.check) {
      await writeReport(
        writtenLockText(await lockSelection({ ...options, rules, selection: flags.update ? undefined : selection })),
      )
      return
    }
    if (rules.size > 0) throw new UsageError('--check takes no --input-rule', { hint: 'the lock has the rules' })
    await writeReport(checkedLockText(await checkLock(options)))
  }
}

function refuseSelection(
  flag: string,
  { selectors, profile, stages, skip, beforeStart, afterStart }: SelectionOptions,
): void {
  const isNone =
    selectors.length + stages.length + skip.length === 0 && profile === undefined && !beforeStart && !afterStart
  if (!isNone) throw new UsageError(`${flag} takes no selection`, { hint: 'the lock says what is selected' })
}
