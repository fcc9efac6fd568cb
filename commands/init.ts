import { Args, Flags } from '@oclif/core'
import { environmentAsked } from '../src/cli/asking-person.js'
import { BaseCommand, onScreen, writeReport } from '../src/cli/base-command.js'
import { environmentFlags, repeatable, selectionFlags } from '../src/cli/flags.js'
import { environmentOptions } from '../src/cli/options.js'
import { initialise } from '../src/checks/initialise/initialise.js'
import { initialisedText } from '../src/checks/text/initialised-text.js'

export default class Init extends BaseCommand {
  static override summary = 'Write a deployment file for what you run, and a first pack of your own.'
  static override description = `Asks at a terminal what you run, where its environment is, which addresses it has and whether the gates run. Flags answer without a question; with --yes nothing is asked.
Writes preflight.yaml and, for something of your own, checks and a runbook for what the environment names. An existing file is never overwritten, and a secret is never written into preflight.yaml.`
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --yes --own --env-file .env.production',
    '<%= config.bin %> init ./deploy --pack shield --env-file .env --no-gates --deployment edge-eu --input shield_directory=/srv/shield',
  ]
  static override args = { folder: Args.string({ ignoreStdin: true, description: 'where to write', default: '.' }) }
  static override flags = {
    yes: Flags.boolean({
      char: 'y',
      description:
        'ask nothing: a pack of your own unless --pack is given, the only .env* file if there is one, no gates',
    }),
    pack: repeatable('a pack that ships and that you use (repeatable)', '<name>'),
    own: Flags.boolean({ description: 'write a first pack of your own, with a runbook' }),
    deployment: Flags.string({
      description: 'the name of the deployment in reports [default: that of the folder]',
      helpValue: '<name>',
    }),
    'env-file': environmentFlags['env-file'],
    'env-reader': environmentFlags['env-reader'],
    'env-pid-file': environmentFlags['env-pid-file'],
    'env-shell': environmentFlags['env-shell'],
    gates: selectionFlags.gates,
    input: environmentFlags.input,
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Init)
    const initialised = await initialise({
      folder: args.folder,
      deployment: flags.deployment,
      packs: flags.pack ?? [],
      isOwn: flags.own,
      environment: environmentOptions({ ...flags, 'inherit-env': false }, raw).files,
      gates: flags.gates,
      inputs: flags.input ?? [],
      isYes: flags.yes,
      asked: environmentAsked(this.interruption.signal),
    })
    await writeReport(onScreen(initialisedText(initialised, args.folder)))
  }
}
