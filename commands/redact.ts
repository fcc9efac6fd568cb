import { Args, Flags } from '@oclif/core'
import { exitCodes } from '../src/base/exit-codes.js'
import { BaseCommand } from '../src/cli/base-command.js'
import { definitionFlags, environmentFlags } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions } from '../src/cli/options.js'
import { writeReport } from '../src/cli/write-output.js'
import { redactionFindingText, knowledgeText } from '../src/checks/text/lock-text.js'
import { copyRedacted, findSecrets, prepareRedaction } from '../src/checks/redact-text.js'

export default class Redact extends BaseCommand {
  static override summary = 'Take the secrets out of a text before it is pasted, sent or stored.'
  static override description = `Reads FILE, or standard input, and prints it with every secret of the environment under test masked, in whatever form it stands there, and
with what looks like a credential masked as well. All else stays as it is. Variables that the packs call public are shown.
Values that are too short or too common to be masked everywhere are named on standard error: look for those yourself.

Exit codes: 0 done, or nothing found with --check; 1 --check found something; 2 wrong usage; 3 definitions or the environment file invalid;
74 the input could not be read to its end, or the output not be written; 129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    {
      description: 'a log, before it goes into a ticket',
      command: 'journalctl -u bus --since -1h | <%= config.bin %> redact --env-file .env.production > bus.log',
    },
    {
      description: 'a file, with what a running process was started with',
      command: '<%= config.bin %> redact dump.txt --env-pid 4711',
    },
    {
      description: 'may this file be shared? exit code 1 and the names of the variables if not',
      command: '<%= config.bin %> redact --check report.txt --env-file .env.production',
    },
    {
      description: "with the packs' own word on which variables are public",
      command: '<%= config.bin %> redact service.log --env-file prod.env --checks ./checks',
    },
  ]
  static override args = {
    // Without `ignoreStdin` oclif would take the text on standard input for the name of the file.
    file: Args.string({ description: 'the file to read; none, or -, is standard input', ignoreStdin: true }),
  }
  static override flags = {
    ...environmentFlags,
    ...definitionFlags,
    check: Flags.boolean({
      description:
        'print nothing; exit with 1 when the input holds a secret, also one that cannot be masked, and name its variable',
    }),
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Redact)
    const { signal } = this.interruption
    const redaction = await prepareRedaction({
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      inputs: flags.input ?? [],
      file: args.file,
      standardInput: process.stdin,
    })
    process.stderr.write(knowledgeText(redaction.redactor))
    if (!flags.check) {
      await copyRedacted(redaction, (piece) => writeReport(piece), signal)
      this.finish(exitCodes.go)
      return
    }
    const finding = await findSecrets(redaction, signal)
    if (finding !== undefined) process.stderr.write(redactionFindingText(finding, redaction.source))
    this.finish(finding === undefined || finding.isClean ? exitCodes.go : exitCodes.failed)
  }
}
