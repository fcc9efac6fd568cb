import { Args, Flags } from '@oclif/core'
import { BaseCommand, runTerminal } from '../src/cli/base-command.js'
import { reportDetail, reportFlags, reportRequests } from '../src/cli/report-flags.js'
import { renderResult } from '../src/checks/result/render-result.js'

export default class Report extends BaseCommand {
  static override summary = 'Render a saved result again, in any format.'
  static override description = `RESULT is a file that \`preflight run --output\` wrote. Every format is the same as in the run.

Exit codes: 0 rendered, with any verdict; with --exit-code that of the result (4 for a run that was
killed); 2 wrong usage; 3 the file is not a result document; 74 a report could not be written.`
  static override examples = [
    { description: 'for a person', command: '<%= config.bin %> report preflight.json' },
    {
      description: 'for a CI server and a chat',
      command: '<%= config.bin %> report preflight.json --format short --report junit=preflight.xml',
    },
    {
      description: 'as a gate: with the exit code of the run',
      command: '<%= config.bin %> report preflight.json --format github --exit-code',
    },
  ]
  static override args = {
    result: Args.string({ ignoreStdin: true, description: 'the result document', required: true }),
  }
  static override flags = {
    ...reportFlags,
    'exit-code': Flags.boolean({ description: 'end with the exit code of the result instead of 0' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report)
    const exitCode = await renderResult({
      file: args.result,
      format: flags.format,
      reports: reportRequests(flags.report),
      reportMode: flags['report-mode'],
      terminal: runTerminal(true, reportDetail(flags)),
    })
    this.finish(flags['exit-code'] ? exitCode : 0)
  }
}
