import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../src/cli/base-command.js'
import { durationFlag } from '../../src/cli/flags.js'
import { writeReport } from '../../src/cli/output.js'
import { approvalText } from '../../src/cli/text/approval-text.js'
import { longestDuration } from '../../src/kernel/duration.js'
import { approvePlan } from '../../src/app/runbook/approve-plan.js'

const fourHours = 4 * 3_600_000

export default class RunbookApprove extends BaseCommand {
  static override summary = 'Approve a plan that somebody else carries out: writes a document for one of its approve steps.'
  static override description = `Look at the plan yourself first, with the same runbooks and parameters: \`preflight runbook plan ID\` ends with the hash.
The document counts as proof when it is signed with a key that the step's signers file allows, or when its file belongs to you and the run to another user of the same machine.`
  static override examples = [
    '<%= config.bin %> runbook approve sha256:… --step agreed --output /srv/approvals/agreed',
    '<%= config.bin %> runbook approve sha256:… --step agreed --output agreed --sign ~/.ssh/id_ed25519 --expires 1h',
  ]
  static override args = { plan: Args.string({ ignoreStdin: true, description: "the plan's hash", required: true }) }
  static override flags = {
    step: Flags.string({ description: 'path of the approve step', helpValue: '<step>', required: true }),
    output: Flags.string({ description: 'the file to write; never one that is there already', helpValue: '<file>', required: true }),
    sign: Flags.string({ description: 'sign it with this OpenSSH key; the signature is <file>.sig', helpValue: '<key>' }),
    expires: durationFlag('expires', 'how long it is good for, if the step does not say less [default: 4h]', { minimum: 60_000, maximum: longestDuration }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookApprove)
    try {
      await writeReport(approvalText(await approvePlan({ plan: args.plan, step: flags.step, output: flags.output, key: flags.sign, validFor: flags.expires ?? fourHours })))
      this.finish(0)
    } catch (error) {
      // Ctrl-C where ssh-keygen asks for the passphrase ends both.
      if (this.interruption.exitCode() === undefined) throw error
      this.finish(0)
    }
  }
}
