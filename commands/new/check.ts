import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, writeReport } from '../../src/cli/base-command.js'
import { definitionFlags } from '../../src/cli/flags.js'
import { definitionOptions } from '../../src/cli/options.js'
import { writtenDefinitionText } from '../../src/cli/written-text.js'
import { newCheck } from '../../src/checks/new-check/new-check.js'

export default class NewCheck extends BaseCommand {
  static override summary = 'Write a check to start from, in the file of its id.'
  static override description = `orders/server/answers becomes the check answers in orders/server.yaml, below the first folder of --checks or of the deployment file, else ./checks.
A file that exists is added to, with its comments kept; a check that exists is never overwritten. What is written is valid: it is compiled first.
\`preflight probe KIND\` shows what a kind sees, and takes the same NAME=VALUE.`
  static override examples = [
    '<%= config.bin %> new check orders/server/answers --probe http',
    '<%= config.bin %> new check orders/store/reachable --probe tcp host=127.0.0.1 port=6379',
    '<%= config.bin %> new check orders/store/password --probe secret --checks ./our-checks',
  ]
  static override usage = '<%= command.id %> ID --probe KIND [NAME=VALUE...] [FLAGS]'
  static override strict = false
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the new check: SYSTEM/AREA/NAME', required: true }),
  }
  static override flags = {
    probe: Flags.string({
      description: 'the kind of its probe; see `preflight probe`',
      helpValue: '<kind>',
      required: true,
    }),
    ...definitionFlags,
  }

  async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(NewCheck)
    const written = await newCheck({
      ...definitionOptions(flags),
      id: args.id,
      kind: flags.probe,
      values: argv.slice(1).map(String),
    })
    await writeReport(
      onScreen(writtenDefinitionText(written, { what: 'checks', config: flags.config }, ['run', args.id])),
    )
  }
}
