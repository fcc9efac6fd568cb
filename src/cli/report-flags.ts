import { Flags } from '@oclif/core'
import { reportFormats, type ReportRequest } from '../checks/result/report-outputs.js'
import { UsageError } from '../base/errors.js'

/** What is printed, and what is written beside it. */
export const reportFlags = {
  format: Flags.string({
    description: `what is printed on standard output: ${reportFormats.join(', ')}`,
    helpValue: '<format>',
    default: 'human',
  }),
  report: Flags.string({
    description: 'write a report in another format to a file as well (repeatable)',
    helpValue: '<format=file>',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** @throws UsageError for a `--report` that does not name a format and a file */
export function reportRequests(texts: readonly string[] | undefined): readonly ReportRequest[] {
  return (texts ?? []).map((text) => {
    const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (format === undefined || file === undefined)
      throw new UsageError(`--report ${text} names no format and file`, {
        hint: 'write --report FORMAT=FILE, for example --report junit=preflight.xml',
      })
    return { format, file }
  })
}
