import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { writeReport } from '../src/cli/write-output.js'
import { initialise } from '../src/checks/initialise.js'

export default class Init extends BaseCommand {
  static override summary = 'Write a deployment file to start from, and an example of a check of your own.'
  static override description =
    'Writes preflight.yaml with every input of the built-in packs, and checks/site/example.yaml. An existing file is never overwritten.'
  static override examples = ['<%= config.bin %> init', '<%= config.bin %> init ./deploy --deployment arqon-eu-1']
  static override args = { folder: Args.string({ ignoreStdin: true, description: 'where to write', default: '.' }) }
  static override flags = {
    deployment: Flags.string({
      description: 'the name of the deployment, for reports',
      helpValue: '<name>',
      default: 'production',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init)
    const written = await initialise(args.folder, flags.deployment)
    await writeReport(
      `${written.map((file) => `wrote ${file}`).join('\n')}\nNext: fill in the inputs, then run \`preflight validate\` and \`preflight plan\` in ${args.folder}\n`,
    )
  }
}
