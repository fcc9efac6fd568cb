import { Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../src/cli/base-command.js'
import { agreementFlags, definitionFlags, inputFlags, inputRuleFlag, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, selectionOptions, inputOptions } from '../src/cli/options.js'
import { checkedLockText, writtenLockText } from '../src/checks/text/lock-text.js'
import { checkLock, lockSelection } from '../src/checks/lock/check-lock.js'
import { inputRules } from '../src/checks/lock/lock-inputs.js'
import type { SelectionOptions } from '../src/checks/settings.js'
import { UsageError } from '../src/base/errors.js'

export default class Lock extends BaseCommand {
  static override summary = 'Lock a selection of checks, so that no check can be removed or changed unnoticed.'
  static override description = `Writes preflight.lock beside the deployment file: every id with a digest of its definition, the inputs that they read, and who may sign waivers. From then on a run of that selection ends with exit code 3 when a locked check is missing, deselected or changed, or an input differs from the lock; and only waivers that the lock allows count.
Give the same --input flags as for the run. Give an input that varies between runs a rule (--input-rule).
Exit codes: 0 locked, or the lock matches (--check); 2 lock not found; 3 the definitions are invalid, or the lock does not match.`
  static override examples = [
    { description: 'what a run without selectors judges', command: '<%= config.bin %> lock' },
    { description: 'in CI', command: '<%= config.bin %> lock --check' },
    {
      description: 'again, with the selection and the rules of the existing lock',
      command: '<%= config.bin %> lock --update',
    },
    {
      description: 'with an address that varies',
      command: "<%= config.bin %> lock --input-rule 'bus_url=https://*.internal'",
    },
    {
      description: 'a second lock for another selection',
      command: '<%= config.bin %> lock --before-start --lock before-start.lock',
    },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    check: Flags.boolean({
      description: 'write nothing: report whether the selection still matches the lock',
      exclusive: ['update'],
    }),
    update: Flags.boolean({
      description: 'lock the current checks, with the selection, the profile and the rules of the existing lock',
    }),
    ...inputFlags,
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
      inputs: inputOptions(flags),
    }
    const rules = inputRules(flags['input-rule'] ?? [])
    const selection = selectionOptions(flags, argv)
    if (flags.check || flags.update) refuseSelection(flags.check ? '--check' : '--update', selection)
    if (!flags.check) {
      await writeReport(
        onScreen(
          writtenLockText(await lockSelection({ ...options, rules, selection: flags.update ? undefined : selection })),
        ),
      )
      return
    }
    if (rules.size > 0)
      throw new UsageError('--check does not take --input-rule', { hint: 'the lock contains the rules' })
    await writeReport(onScreen(checkedLockText(await checkLock(options))))
  }
}

function refuseSelection(
  flag: string,
  { selectors, profile, stages, skip, beforeStart, afterStart, gates }: SelectionOptions,
): void {
  const isNone =
    selectors.length + stages.length + skip.length === 0 &&
    profile === undefined &&
    gates === undefined &&
    !beforeStart &&
    !afterStart
  if (!isNone) throw new UsageError(`${flag} does not take a selection`, { hint: 'the lock contains the selection' })
}
