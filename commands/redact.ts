import { Args, Flags } from '@oclif/core'
import { exitCodes } from '../src/base/errors.js'
import { BaseCommand, onScreen, writeReport } from '../src/cli/base-command.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { definitionFlags, environmentFlags } from '../src/cli/flags.js'
import { definitionOptions, environmentOptions, inputOptions } from '../src/cli/options.js'
import { redactionFindingText, knowledgeText } from '../src/checks/text/lock-text.js'
import { copyRedacted, findSecrets, prepareRedaction } from '../src/checks/redact-text.js'

export default class Redact extends BaseCommand {
  static override summary = 'Mask the secrets in a text before it is pasted, sent or stored.'
  static override description = `Reads FILE, or standard input, and prints it with every secret of the environment under test masked, in every form in which it occurs, and
masks everything that looks like a credential. The rest is unchanged. Variables that the packs declare public are shown.
Values that are too short or too common to be masked everywhere are named on standard error: search for those yourself.

Exit codes: 0 done, or nothing found with --check; 1 --check found something; 2 wrong usage; 3 definitions or the environment file invalid;
74 the input could not be read completely, or the output could not be written; 129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    {
      description: 'a log, before it goes into a ticket',
      command: 'journalctl -u bus --since -1h | <%= config.bin %> redact --env-file .env.production > bus.log',
    },
    {
      description: 'a file, with the environment of a running process',
      command: '<%= config.bin %> redact dump.txt --env-pid 4711',
    },
    {
      description: 'may this file be shared? if not: exit code 1 and the names of the variables',
      command: '<%= config.bin %> redact --check report.txt --env-file .env.production',
    },
    {
      description: 'with the variables that your packs declare public',
      command: '<%= config.bin %> redact service.log --env-file prod.env --checks ./checks',
    },
  ]
  static override args = {
    // Without `ignoreStdin` oclif would take the text on standard input for the name of the file.
    file: Args.string({ description: 'the file to read; standard input if missing or -', ignoreStdin: true }),
  }
  static override flags = {
    ...environmentFlags,
    ...definitionFlags,
    check: Flags.boolean({
      description:
        'print nothing; exit with 1 when the input contains a secret, also one that cannot be masked, and name its variable',
    }),
  }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(Redact)
    const { signal } = this.interruption
    const redaction = await prepareRedaction({
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      environmentAsked: environmentAsked(this.interruption.signal),
      inputs: inputOptions(flags),
      file: args.file,
      standardInput: process.stdin,
    })
    process.stderr.write(onScreen(knowledgeText(redaction.redactor), process.stderr))
    if (!flags.check) {
      await copyRedacted(redaction, (piece) => writeReport(piece), signal)
      this.finish(exitCodes.go)
      return
    }
    const finding = await findSecrets(redaction, signal)
    if (finding !== undefined)
      process.stderr.write(onScreen(redactionFindingText(finding, redaction.source), process.stderr))
    this.finish(finding === undefined || finding.isClean ? exitCodes.go : exitCodes.failed)
  }
}
