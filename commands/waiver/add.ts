import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../../src/cli/base-command.js'
import { agreementFlags, definitionFlags } from '../../src/cli/flags.js'
import { definitionOptions } from '../../src/cli/options.js'
import { isPersonPresent, terminalPerson } from '../../src/cli/asking-person.js'
import { addedWaiverText } from '../../src/checks/text/waiver-text.js'
import { addWaiver } from '../../src/checks/waivers/add-waiver.js'

export default class WaiverAdd extends BaseCommand {
  static override summary = 'Add an approved exception to the waiver file.'
  static override description = `At a terminal it asks for missing values, and offers a file where none is named: waivers.yaml beside the deployment file, which then names it. Comments and existing entries are kept; the file is replaced atomically, and must be signed again if a signature is required.
Exit codes: 0 added; 2 something is missing or wrong; 3 the file was already invalid; 74 it could not be written.`
  static override examples = [
    '<%= config.bin %> waiver add',
    '<%= config.bin %> waiver add arqonbus/config/infra-protocol',
    "<%= config.bin %> waiver add arqonbus/config/infra-protocol --reason 'the vendor fixes it in March' --owner ops@example.com --ticket OPS-1 --expires 2026-03-01 --profile prod",
  ]
  static override args = { check: Args.string({ ignoreStdin: true, description: 'the id of the check' }) }
  static override flags = {
    reason: Flags.string({ description: 'why it may fail until then', helpValue: '<text>' }),
    owner: Flags.string({ description: 'who is responsible for it', helpValue: '<name>' }),
    ticket: Flags.string({ description: 'the ticket that approves it', helpValue: '<id>' }),
    expires: Flags.string({
      description: 'the last day on which it is valid, in UTC, at most 90 days ahead',
      helpValue: '<yyyy-mm-dd>',
    }),
    profile: Flags.string({
      description: 'a profile in which it is valid (repeatable)',
      helpValue: '<name>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    deployment: Flags.string({ description: 'the only deployment for which it is valid', helpValue: '<name>' }),
    waivers: agreementFlags.waivers,
    ...definitionFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WaiverAdd)
    const { reason, owner, ticket, expires, profile = [], deployment } = flags
    const given = { reason, owner, ticket, expires, profiles: profile, deployment }
    const person = isPersonPresent() ? terminalPerson() : undefined
    const added = await addWaiver(
      { ...definitionOptions(flags), waiversFile: flags.waivers, check: args.check, given, person },
      this.interruption.signal,
    )
    await writeReport(onScreen(addedWaiverText(added)))
  }
}
