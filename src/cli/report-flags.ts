import { Flags } from '@oclif/core'
import { UsageError } from '../base/errors.js'
import { reportFormats, type ReportRequest } from '../checks/result/report-outputs.js'
import type { ReportDetail } from '../checks/result/reporter.js'

/** How much a report for people says. */
export const detailFlags = {
  verbose: Flags.boolean({
    description: 'in the report for people: every check, and each expression that failed with its values',
    exclusive: ['quiet'],
  }),
  quiet: Flags.boolean({ description: 'in the report for people: only what is not green, and the verdict' }),
}

export function reportDetail(flags: { readonly verbose: boolean; readonly quiet: boolean }): ReportDetail {
  return flags.verbose ? 'whole' : flags.quiet ? 'quiet' : 'usual'
}

/** What is printed, and what is written beside it. */
export const reportFlags = {
  ...detailFlags,
  format: Flags.string({
    description: `format of standard output: ${reportFormats.join(', ')}`,
    helpValue: '<format>',
    default: 'human',
  }),
  report: Flags.string({
    description: 'also write a report in another format to a file (repeatable)',
    helpValue: '<format=file>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'report-mode': Flags.custom<number>({
    description:
      'permissions of the files of --report and --output, such as 0644 where another user reads them (0600 to 0666) [default: 0600 for a new file; an existing one keeps its own]',
    helpValue: '<octal>',
    parse: async (text) => {
      if (!/^0?6[0246]{2}$/.test(text))
        throw new UsageError(`--report-mode must be 0600 to 0666, without rights to execute, not ${text}`, {
          hint: '0644 lets every user of the machine read the reports',
        })
      return Number.parseInt(text, 8)
    },
  })(),
}

/** @throws UsageError for a `--report` that does not name a format and a file */
export function reportRequests(texts: readonly string[] | undefined): readonly ReportRequest[] {
  return (texts ?? []).map((text) => {
    const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (format === undefined || file === undefined)
      throw new UsageError(`--report ${text} is not FORMAT=FILE`, {
        hint: 'give a format and a file, for example --report junit=preflight.xml',
      })
    return { format, file }
  })
}

export const resultFileFlag = Flags.string({
  description: 'also write the result document to this file',
  helpValue: '<file>',
})
