import { Flags } from '@oclif/core'
import { BaseCommand, quietTerminal } from '../src/cli/base-command.js'
import {
  under,
  agreementFlags,
  definitionFlags,
  durationFlag,
  environmentFlags,
  failOnWarnFlag,
  knownSecretsFlag,
  limitFlags,
  noKeepFlag,
  plainFlag,
  selectionFlags,
  stateFlags,
  waitFlags,
} from '../src/cli/flags.js'
import { reportDetail, reportFlags, reportRequests, resultFileFlag } from '../src/cli/report-flags.js'
import {
  agreementOptions,
  definitionOptions,
  environmentOptions,
  limitOptions,
  programAfter,
  selectionOptions,
  inputOptions,
} from '../src/cli/options.js'
import { handOverStreams } from '../src/cli/terminal.js'
import { judgeThenBecome } from '../src/checks/exec/judge-then-become.js'
import { endLike } from '../src/processes/become/run-in-front.js'

export default class Exec extends BaseCommand {
  static override summary = 'Judge an environment, then start a program with exactly that environment.'
  static override description = `Runs the checks that can run before the start. On go, preflight becomes the program: the same process, with the variables that were judged and no others. On no-go, nothing is started.
Standard output is the program's. The report goes to standard error: in a few lines on go, whole on no-go.

Exit codes: those of the program once it is started. Before that, those of \`preflight run\`; 2 also if the program or its environment cannot be used.`
  static override examples = [
    {
      description: 'the entry point of a container, with the variables that it was started with',
      command: '<%= config.bin %> exec --env-shell -- /usr/local/bin/bus --port 9100',
    },
    {
      description: 'the ExecStart= of a systemd unit',
      command: '<%= config.bin %> exec --env-systemd /etc/default/bus -- /usr/local/bin/bus',
    },
    {
      description: 'datastores may still be starting: wait for them, then start',
      command: '<%= config.bin %> exec --env-file prod.env --wait 2m -- bus',
    },
    {
      description: 'judge the running program too, and stop it on no-go',
      command: '<%= config.bin %> exec --env-file prod.env --after-start --stop-on-no-go --wait 1m -- bus',
    },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS] -- PROGRAM [ARGS...]'
  static override strict = false
  static override flags = {
    ...under('SELECTION', {
      ...selectionFlags,
      'before-start': Flags.boolean({
        description: 'all stages except runtime; this is the default without --stage',
      }),
    }),
    ...under('START', {
      'after-start': Flags.boolean({
        description:
          'also judge the runtime stage once the program runs, at best with --wait; preflight stays in front',
      }),
      'stop-on-no-go': Flags.boolean({
        description: 'stop the program if that is a no-go, and end with its exit code',
        dependsOn: ['after-start'],
      }),
      grace: {
        ...durationFlag('grace', 'time the program has to stop before it is killed [default: 10s]', {
          minimum: 100,
          maximum: 3_600_000,
        }),
        dependsOn: ['stop-on-no-go'],
      },
    }),
    ...under('ENVIRONMENT', environmentFlags),
    ...under('DEFINITION', definitionFlags),
    ...under('APPROVAL', { ...agreementFlags, 'known-secrets': knownSecretsFlag, 'fail-on-warn': failOnWarnFlag }),
    ...under('LIMIT', { ...limitFlags, ...waitFlags }),
    ...under('REPORT', {
      ...reportFlags,
      format: Flags.string({
        description: 'format of the report on standard error [default: short on go, else human]',
        helpValue: '<format>',
      }),
      output: resultFileFlag,
      'no-keep': noKeepFlag,
      ...stateFlags,
      plain: plainFlag,
    }),
  }

  async run(): Promise<void> {
    const { words, program } = programAfter(this.argv)
    const { argv, flags, raw } = await this.parse(Exec, [...words])
    const selection = selectionOptions({ ...flags, 'after-start': false }, argv)
    const end = await judgeThenBecome(
      {
        program,
        ...definitionOptions(flags),
        environment: environmentOptions(flags, raw),
        inputs: inputOptions(flags),
        selection: { ...selection, beforeStart: flags['before-start'] || selection.stages.length === 0 },
        knownSecretsFile: flags['known-secrets'],
        ...agreementOptions(flags),
        ...limitOptions(flags),
        wait: flags.wait,
        failOnWarn: flags['fail-on-warn'],
        format: flags.format ?? 'human',
        goFormat: flags.format ?? 'short',
        reports: reportRequests(flags.report),
        reportMode: flags['report-mode'],
        outputFile: flags.output,
        keep: flags['no-keep'] ? undefined : { state: flags.state },
        state: flags.state,
        terminal: quietTerminal(flags.plain, reportDetail(flags)),
        handOverStreams,
        ...(flags['after-start']
          ? { afterStart: { stopOnNoGo: flags['stop-on-no-go'], grace: flags.grace ?? 10_000, reportFailure } }
          : {}),
      },
      this.interruption,
    )
    this.finishAsWritten(endLike(end))
  }
}

async function reportFailure(error: unknown): Promise<void> {
  const { reportError } = await import('../src/cli/report-error.js')
  reportError(error, [])
}
