import { serialiseResult } from '../model/report.js'
import type { Reporter } from '../model/reporter.js'

export const reporter: Reporter = {
  format: 'json',
  title: 'the result document, schemaVersion 1',
  render: serialiseResult,
}
