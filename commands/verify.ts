import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../src/cli/base-command.js'
import { expectationFlags, expectationOptions } from '../src/cli/expectation-flags.js'
import { under, durationFlag, formatFlag } from '../src/cli/flags.js'
import { attestationVerdictText } from '../src/attestation/attestation-text.js'
import { isVerified, verificationExitCode, verifyAttestation } from '../src/attestation/verify-attestation.js'
import { longestDuration } from '../src/base/time/duration.js'
import { safeJson } from '../src/base/text/bounded-json.js'
import { defaultProfile } from '../src/base/vocabulary.js'

export default class Verify extends BaseCommand {
  static override summary = 'Verify an attested result before a deploy step.'
  static override description = `Verifies first the signature, then the statement: that it is fresh, a go, for the profile, for the whole or the locked selection, and about what is deployed.
Without --subject and --commit, that is the commit checked out here. The content of an attestation is shown only if a known key signed it.
What is about to be deployed is compared with what was judged, as far as it is given; the output says what was not compared.

Exit codes: 0 everything is as required; 1 the signed verdict is no-go, or the judged values differ from the expected ones; 2 wrong usage;
3 the attestation cannot be trusted for another reason, or a policy is invalid; 4 something is expected but cannot be compared.`
  static override examples = [
    {
      description: 'in a checkout of what is about to be deployed',
      command: '<%= config.bin %> verify preflight.att.json --key release.pub',
    },
    {
      description: 'an image, with a go from the last hour for the locked selection',
      command:
        '<%= config.bin %> verify preflight.att.json --key release.pub --subject sha256:$DIGEST --max-age 1h --lock preflight.lock',
    },
    {
      description: 'with the variables, the inputs and the servers that were judged',
      command:
        '<%= config.bin %> verify preflight.att.json --key release.pub --environment prod.env --fingerprint-key fingerprint.key --inputs inputs.yaml --address redis.internal:6379',
    },
    {
      description: 'with a policy file',
      command:
        '<%= config.bin %> verify preflight.att.json --key release.pub --policy verify.yaml --fingerprint-key fingerprint.key',
    },
  ]
  static override args = {
    attestation: Args.string({ ignoreStdin: true, description: 'the attestation', required: true }),
  }
  static override flags = {
    key: Flags.string({
      description: 'the public key, in PEM (repeatable: any of them may have signed)',
      helpValue: '<pub>',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
    }),
    'max-age': durationFlag('max-age', 'maximum time since the end of the run [default: 24h]', {
      minimum: 1000,
      maximum: longestDuration,
    }),
    subject: Flags.string({
      description: 'what is about to be deployed; all that are named must be attested (repeatable)',
      helpValue: '<[name@]sha256:…>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    commit: Flags.string({ description: 'the commit that is about to be deployed', helpValue: '<sha>' }),
    profile: Flags.string({
      description: 'the profile that the run must have used',
      helpValue: '<name>',
      default: defaultProfile,
    }),
    lock: Flags.string({
      description: 'the lock that the run must have used',
      helpValue: '<file>',
      exclusive: ['lock-digest'],
    }),
    'lock-digest': Flags.string({ description: 'the same, by the sha256 of the lock file', helpValue: '<hex>' }),
    'allow-part': Flags.boolean({ description: 'accept a go for a part of the checks' }),
    'allow-dirty': Flags.boolean({ description: 'accept a checkout that differed from its commit' }),
    ...under('EXPECTATION', expectationFlags),
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Verify)
    const verdict = await verifyAttestation(args.attestation, {
      keyFiles: flags.key,
      maxAge: flags['max-age'] ?? longestDuration,
      subjects: flags.subject ?? [],
      commit: flags.commit,
      profile: flags.profile,
      lockFile: flags.lock,
      lockDigest: flags['lock-digest'],
      allowPart: flags['allow-part'],
      allowDirty: flags['allow-dirty'],
      expected: expectationOptions(flags, raw),
    })
    await writeReport(
      flags.format === 'json'
        ? safeJson({ verified: isVerified(verdict), ...verdict })
        : onScreen(attestationVerdictText(verdict, textStyle())),
    )
    this.finish(verificationExitCode(verdict))
  }
}
