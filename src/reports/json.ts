import { serialiseResult } from '../checks/result/serialise-result.js'
import type { Reporter } from '../checks/result/reporter.js'

export const reporter: Reporter = {
  format: 'json',
  title: 'the result document, schemaVersion 1',
  render: serialiseResult,
}
