import { Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { definitionFlags, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, selectionOptions } from '../src/cli/options.js'
import { writeReport } from '../src/cli/output.js'
import { checkedLockText, writtenLockText } from '../src/cli/text/lock-text.js'
import { checkLock } from '../src/app/locked-selection/check-lock.js'
import { lockSelection } from '../src/app/locked-selection/lock-selection.js'
import { UsageError } from '../src/kernel/errors.js'

export default class Lock extends BaseCommand {
  static override summary = 'Lock a selection of checks, so that nothing of it goes missing or changes unseen.'
  static override description = `Writes preflight.lock beside the deployment file: every id with a digest of its definition. From then on a run of that selection ends with exit code 3 when a locked check is missing, deselected or changed.
Exit codes: 0 locked, or kept (--check); 2 no such lock; 3 the definitions are invalid, or the lock is not kept.`
  static override examples = [
    { description: 'what a bare run judges', command: '<%= config.bin %> lock' },
    { description: 'in CI', command: '<%= config.bin %> lock --check' },
    { description: 'a selection of its own beside it', command: '<%= config.bin %> lock --before-start --lock before-start.lock' },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    check: Flags.boolean({ description: 'write nothing: say whether what the lock selects is still what was locked' }),
    lock: Flags.string({ description: 'the file [default: preflight.lock beside the deployment file]', helpValue: '<file>' }),
    ...selectionFlags,
    ...definitionFlags,
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Lock)
    const options = { ...definitionOptions(flags), lockFile: flags.lock }
    const selection = selectionOptions(flags, argv)
    if (!flags.check) {
      await writeReport(writtenLockText(await lockSelection({ ...options, selection })))
      return
    }
    const { selectors, profile, stages, skip, beforeStart, afterStart } = selection
    if (selectors.length + stages.length + skip.length > 0 || profile !== undefined || beforeStart || afterStart) throw new UsageError('--check takes no selection', { hint: 'the lock says what is selected' })
    await writeReport(checkedLockText(await checkLock(options)))
  }
}
