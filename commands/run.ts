import { Flags } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.js'
import { definitionFlags, environmentFlags, limitFlags, selectionFlags } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions, limitOptions, selectionOptions } from '../src/cli/options.js'
import { runTerminal } from '../src/cli/run-terminal.js'
import { runPreflight } from '../src/app/run-preflight.js'

export default class Run extends BaseCommand {
  static override summary = 'Judge a deployment: go or no-go.'
  static override description = `Runs the selected checks against the environment under test and the servers it names, and prints a report.
Selectors are check ids or path prefixes such as shield/secrets; without one, the deployment file or the shipped default decides.

Exit codes: 0 go; 1 a check failed; 2 wrong usage; 3 definitions or configuration invalid, or nothing selected;
4 something could not be evaluated; 5 warnings, with --fail-on-warn; 70 a bug of preflight; 74 a report could not be written;
129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    { description: 'the whole production preflight, before a deploy', command: '<%= config.bin %> run --env-file .env.production --input repository=.' },
    { description: 'what can be known before the services start', command: '<%= config.bin %> run --before-start --env-file .env.production --input repository=.' },
    { description: "one area of a running deployment, with a process's own environment", command: '<%= config.bin %> run shield/runtime --env-pid 4711' },
    { description: 'in CI: a JSON report, and a file that says incomplete until the run is done', command: '<%= config.bin %> run --env-file prod.env --format json --output preflight.json' },
  ]
  static override strict = false
  static override flags = {
    ...selectionFlags,
    ...environmentFlags,
    ...definitionFlags,
    'known-secrets': Flags.string({ description: 'a list of leaked secrets, one a line, that no secret may equal', helpValue: '<file>' }),
    ...limitFlags,
    'fail-on-warn': Flags.boolean({ description: 'warnings are a no-go too (exit 5)' }),
    format: Flags.string({ description: 'what is printed on standard output: human or json', helpValue: '<format>', default: 'human' }),
    output: Flags.string({ description: 'write the result document to this file as well', helpValue: '<file>' }),
    plain: Flags.boolean({ description: 'progress as plain lines, also on a terminal' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Run)
    const exitCode = await runPreflight({
      ...definitionOptions(flags),
      selection: selectionOptions(flags, argv),
      environment: environmentOptions(flags),
      inputs: flags.input ?? [],
      knownSecretsFile: flags['known-secrets'],
      ...limitOptions(flags),
      failOnWarn: flags['fail-on-warn'],
      format: flags.format,
      outputFile: flags.output,
      terminal: runTerminal(flags.plain),
      interruption: this.interruption,
    })
    this.finish(exitCode)
  }
}
