import { Flags } from '@oclif/core'
import { BaseCommand, writeReport, warn, textStyle } from '../src/cli/base-command.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { definitionFlags, environmentFlags, selectionFlags, stateFlags, formatFlag } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions, inputOptions } from '../src/cli/options.js'
import { snapshotText } from '../src/incidents/text/snapshot-text.js'
import { snapshotDeployment } from '../src/incidents/snapshot/snapshot-deployment.js'
import { safeJson } from '../src/base/text/bounded-json.js'

export default class Snapshot extends BaseCommand {
  static override summary = 'Show the variables and versions of a deployment, without its secrets.'
  static override description = `Variables that every pack declares public are shown with their values, if these have the form of such a variable. Every other variable is shown only by its name,
whether it is set, its maximum length, what kind of value it looks like, and a fingerprint. With your own key file, the fingerprints
of two snapshots can be compared: they show whether a secret changed, and nothing else about it. Nothing is contacted.`
  static override examples = [
    {
      description: 'the environment of the next start',
      command: '<%= config.bin %> snapshot --env-file .env.production',
    },
    {
      description: 'the environment of a running process, as a file for a ticket',
      command: '<%= config.bin %> snapshot --env-pid 4711 --output snapshot.json',
    },
    {
      description: 'comparable with other snapshots: make the key once',
      command:
        '(umask 077; openssl rand 32 > snapshot.key); <%= config.bin %> snapshot --env-file .env.production --key-file snapshot.key',
    },
    {
      description: 'with the server versions from the last run',
      command: '<%= config.bin %> snapshot --env-file .env.production --run last',
    },
  ]
  static override flags = {
    profile: selectionFlags.profile,
    ...environmentFlags,
    ...definitionFlags,
    'key-file': Flags.string({
      description: 'make the fingerprints with this key: 32 bytes or more, readable only by you',
      helpValue: '<file>',
    }),
    repository: Flags.string({
      description: "the deployment's checkout [default: the input `repository` of a pack, or the current folder]",
      helpValue: '<dir>',
    }),
    run: Flags.string({
      description: "take the servers' versions from this kept result: its id, a unique part of the id, or `last`",
      helpValue: '<id>',
      exclusive: ['result'],
    }),
    result: Flags.string({ description: "take the servers' versions from this result document", helpValue: '<file>' }),
    ...stateFlags,
    format: formatFlag(),
    output: Flags.string({
      description: 'also write the snapshot (JSON) to this file, readable only by you',
      helpValue: '<file>',
    }),
  }

  async run(): Promise<void> {
    const { flags, raw } = await this.parse(Snapshot)
    await snapshotDeployment({
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      environmentAsked: environmentAsked(this.interruption.signal, flags.format),
      inputs: inputOptions(flags),
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
