import { Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { definitionFlags, environmentFlags, selectionFlags, stateFlags, formatFlag } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions } from '../src/cli/options.js'
import { writeReport, warn, textStyle } from '../src/cli/write-output.js'
import { snapshotText } from '../src/incidents/text/snapshot-text.js'
import { snapshotDeployment } from '../src/incidents/snapshot/snapshot-deployment.js'
import { safeJson } from '../src/base/text/bounded-json.js'

export default class Snapshot extends BaseCommand {
  static override summary = 'Show what a deployment is made of, without its secrets.'
  static override description = `Variables that every pack calls public are shown with their values, where these have the form of such a variable. Of every other one only the name is told,
whether it is set, how long it is at most, what kind of value it looks like, and a fingerprint. With a key file of yours the fingerprints
of two snapshots can be compared: whether a secret is another one, and nothing else of it. Nothing is contacted.`
  static override examples = [
    { description: 'what would be started', command: '<%= config.bin %> snapshot --env-file .env.production' },
    {
      description: 'what a running process was started with, as a file that can be attached to a ticket',
      command: '<%= config.bin %> snapshot --env-pid 4711 --output snapshot.json',
    },
    {
      description: 'one that can be compared with others: the key is made once',
      command:
        '(umask 077; openssl rand 32 > snapshot.key); <%= config.bin %> snapshot --env-file .env.production --key-file snapshot.key',
    },
    {
      description: 'with the versions of the servers that the last run saw',
      command: '<%= config.bin %> snapshot --env-file .env.production --run last',
    },
  ]
  static override flags = {
    profile: selectionFlags.profile,
    ...environmentFlags,
    ...definitionFlags,
    'key-file': Flags.string({
      description: 'make the fingerprints with this key: 32 bytes or more that nobody else can read',
      helpValue: '<file>',
    }),
    repository: Flags.string({
      description: "the deployment's checkout [default: the input `repository`, else the current folder]",
      helpValue: '<dir>',
    }),
    run: Flags.string({
      description:
        "take the servers' versions from this kept result: its id, a part of it that no other has, or `last`",
      helpValue: '<id>',
      exclusive: ['result'],
    }),
    result: Flags.string({ description: "take the servers' versions from this result document", helpValue: '<file>' }),
    ...stateFlags,
    format: formatFlag(),
    output: Flags.string({
      description: 'write the snapshot (JSON) to this file as well; nobody else can read it',
      helpValue: '<file>',
    }),
  }

  async run(): Promise<void> {
    const { flags, raw } = await this.parse(Snapshot)
    await snapshotDeployment({
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      inputs: flags.input ?? [],
      profile: flags.profile,
      keyFile: flags['key-file'],
      repository: flags.repository,
      resultFile: flags.result,
      run: flags.run,
      state: flags.state,
      outputFile: flags.output,
      render: (snapshot) => (flags.format === 'json' ? safeJson(snapshot) : snapshotText(snapshot, textStyle())),
      write: writeReport,
      warn,
    })
  }
}
