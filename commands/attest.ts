import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../src/cli/base-command.js'
import { attestedFlags, attestedOptions } from '../src/cli/attestation-flags.js'
import { attestedText } from '../src/attestation/attestation-text.js'
import { attestResult } from '../src/attestation/attestation.js'

export default class Attest extends BaseCommand {
  static override summary = 'Sign a saved result as an attestation.'
  static override description = `Writes an in-toto statement of the result (predicate test-result v0.1) in a DSSE envelope, which \`preflight verify\` reads before a deploy step.
A no-go is attested as FAILED. The commit is the one in the result; the owner of the key is responsible for the file. \`preflight run --attest\` leaves no time in between.

Exit codes: 0 attested, with any verdict; 2 a key or a flag cannot be used; 3 the file is not a finished result, or it is unknown what is deployed; 74 the file could not be written.`
  static override examples = [
    {
      description: 'the commit that was judged',
      command: '<%= config.bin %> attest preflight.json --key signing.pem --output preflight.att.json',
    },
    {
      description: 'an image',
      command:
        '<%= config.bin %> attest preflight.json --key signing.pem --output preflight.att.json --subject registry.example/bus@sha256:$DIGEST',
    },
  ]
  static override args = {
    result: Args.string({ ignoreStdin: true, description: 'the result document', required: true }),
  }
  static override flags = {
    key: Flags.string({
      description: 'the private key: PEM, Ed25519 or ECDSA P-256',
      helpValue: '<key>',
      required: true,
    }),
    output: Flags.string({ description: 'the file for the signed attestation', helpValue: '<file>', required: true }),
    ...attestedFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Attest)
    const attested = await attestResult(args.result, {
      ...attestedOptions(flags),
      keyFile: flags.key,
      file: flags.output,
    })
    await writeReport(onScreen(attestedText(attested, flags.output)))
    this.finish(0)
  }
}
