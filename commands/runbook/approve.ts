import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../../src/cli/base-command.js'
import { runToContinue } from '../../src/cli/chosen-run.js'
import { durationFlag, namedState, stateFlags } from '../../src/cli/flags.js'
import { approvalText } from '../../src/runbooks/text/runbook-verify-text.js'
import { longestDuration } from '../../src/base/time/duration.js'
import { approvalSubject } from '../../src/runbooks/approve/approval.js'
import { approvePlan } from '../../src/runbooks/approve/approve-plan.js'

const fourHours = 4 * 3_600_000

export default class RunbookApprove extends BaseCommand {
  static override summary = 'Approve a step of a run of another person: writes an approval document.'
  static override description = `Look at the plan yourself first, with the same runbooks and parameters: \`preflight runbook plan ID\` prints the hash, and for each approve step the digest of what it approves.
The document is for one run, or, if a plan is given instead, for the first run of that plan that uses it; it is used once. It counts as proof when it is signed with a key that the step's signers file allows,
or when its file belongs to you and the run to another user of the same machine who cannot change the owners of files.`
  static override examples = [
    {
      description: 'a run that waits for it (its message has the whole command)',
      command:
        '<%= config.bin %> runbook approve 20261121T042400Z-deploy-production-3f9a1c --plan sha256:… --step agreed --digest sha256:… --output agreed --sign ~/.ssh/id_ed25519',
    },
    {
      description: 'the first run of a plan',
      command:
        '<%= config.bin %> runbook approve sha256:… --step agreed --digest sha256:… --output /srv/approvals/agreed --expires 1h',
    },
  ]
  static override args = {
    subject: Args.string({ ignoreStdin: true, description: "the run, or a plan's hash", required: true }),
  }
  static override flags = {
    step: Flags.string({ description: 'path of the approve step', helpValue: '<step>', required: true }),
    digest: Flags.string({
      description: 'digest of what the step approves; read from the state folder if the run is there',
      helpValue: '<digest>',
    }),
    plan: Flags.string({
      description: "the hash of the run's plan; read from the state folder if the run is there",
      helpValue: '<hash>',
    }),
    output: Flags.string({
      description: 'the file to write; it must not exist',
      helpValue: '<file>',
      required: true,
    }),
    sign: Flags.string({
      description: 'sign it with this OpenSSH key; the signature is <file>.sig',
      helpValue: '<key>',
    }),
    expires: durationFlag('expires', 'how long it is valid, unless the step sets a shorter time [default: 4h]', {
      minimum: 60_000,
      maximum: longestDuration,
    }),
    ...stateFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookApprove)
    try {
      const subject = await approvalSubject({
        named: await runToContinue(args.subject, flags, 'approve', this.interruption.signal),
        plan: flags.plan,
        step: flags.step,
        digest: flags.digest,
        state: flags.state,
      })
      await writeReport(
        onScreen(
          approvalText(
            await approvePlan({
              ...subject,
              output: flags.output,
              key: flags.sign,
              validFor: flags.expires ?? fourHours,
            }),
            namedState(flags),
          ),
        ),
      )
      this.finish(0)
    } catch (error) {
      // Ctrl-C where ssh-keygen asks for the passphrase ends both.
      if (this.interruption.exitCode() === undefined) throw error
      this.finish(0)
    }
  }
}
