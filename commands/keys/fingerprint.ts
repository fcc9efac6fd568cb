import { Args } from '@oclif/core'
import { BaseCommand, writeReport } from '../../src/cli/base-command.js'
import { makeFingerprintKey } from '../../src/checks/run-context/fingerprint-key.js'
import { neutralise } from '../../src/base/text/terminal-text.js'

export default class KeysFingerprint extends BaseCommand {
  static override summary = 'Make a key for fingerprints of the environment under test.'
  static override description = `32 random bytes, in a new file that only its owner can read. \`run --fingerprint-key\` makes fingerprints with it, and whoever has the same key can verify
that what is deployed has the same variables. Without the key a fingerprint reveals nothing.

Exit codes: 0 made; 2 the file already exists; 74 it could not be written.`
  static override examples = [
    {
      description: 'once, for the run and for the deploy step',
      command: '<%= config.bin %> keys fingerprint fingerprint.key',
    },
  ]
  static override args = { file: Args.string({ ignoreStdin: true, description: 'the new file', required: true }) }

  async run(): Promise<void> {
    const { args } = await this.parse(KeysFingerprint)
    const id = await makeFingerprintKey(args.file)
    await writeReport(`fingerprint key ${id} in ${neutralise(args.file)}\n`)
    this.finish(0)
  }
}
