import type { CheckDefinition } from '../definition.js'
import type { CheckResult } from './report.js'

/**
 * What helps with a failure, as far as it is known.
 *
 * @param docsUrl the base of pages that checks name by a path, with a final slash
 */
export function linksOf(
  { remedy, runbook, docs }: CheckDefinition,
  docsUrl: string | undefined,
): Pick<CheckResult, 'remedy' | 'runbook' | 'docs'> {
  const page = docs === undefined ? undefined : /^https?:/.test(docs) ? docs : docsUrl && `${docsUrl}${docs}`
  return {
    ...(remedy === undefined ? {} : { remedy: 'run' in remedy ? { ...remedy, run: [...remedy.run] } : remedy }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(page === undefined ? {} : { docs: page }),
  }
}
