import { coverageOf } from '../../checks/result/coverage.js'
import { judgedConfiguration } from './judged-configuration.js'
import type { PreflightRun, Statement, TestResult } from './statement.js'

/**
 * What in-toto's readers are told. They know nothing of coverage, so a part is never called passed; nor is what only a
 * waiver lets through.
 */
export function testResultOf({
  verdict,
  counts,
  coverage,
}: Pick<PreflightRun, 'verdict' | 'counts' | 'coverage'>): TestResult {
  if (verdict === 'no-go') return 'FAILED'
  return counts.warn + counts.waived > 0 || coverage === 'part' ? 'WARNED' : 'PASSED'
}

/** Whether the fields of a statement belong together. What says go beside a red check is no go of anybody's. */
export function isConsistent({ subject, predicate }: Statement): boolean {
  const { result, configuration, passedTests, warnedTests, failedTests, preflightRun: run } = predicate
  const { counts, verdict, exitCode, waived } = run
  const red = counts.fail + counts.error + counts.timeout + counts.blocked
  return [
    result === testResultOf(run),
    run.coverage === coverageOf(run),
    (verdict === 'go') === (exitCode === 0),
    verdict === 'no-go' || (red === 0 && counts.selected > counts.notApplicable),
    counts.declared === counts.selected + counts.deselected,
    counts.selected === counts.pass + counts.warn + counts.waived + counts.notApplicable + red,
    passedTests.length === counts.pass,
    warnedTests.length === counts.warn + counts.waived,
    failedTests.length === red,
    waived.length === counts.waived && waived.every((id) => warnedTests.includes(id)),
    isWithoutDuplicates([...passedTests, ...warnedTests, ...failedTests]),
    isWithoutDuplicates(waived),
    isWithoutDuplicates(configuration.map(({ name }) => name)),
    Date.parse(run.startedAt) <= Date.parse(run.finishedAt),
    subject.every(({ digest }) => !('gitCommit' in digest) || digest.gitCommit === run.git?.commit),
    isConfiguredBy(configuration, run),
    run.waivers === undefined || JSON.stringify(run.waivers.map(({ check }) => check)) === JSON.stringify(waived),
  ].every(Boolean)
}

function isWithoutDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length
}

/** Whether the digests that in-toto's readers see are those of the run. */
function isConfiguredBy(configuration: Statement['predicate']['configuration'], run: PreflightRun): boolean {
  const definitions = configuration.find(({ name }) => name === 'definitions')
  return (
    definitions !== undefined &&
    JSON.stringify(configuration) === JSON.stringify(judgedConfiguration(definitions.digest.sha256, run))
  )
}
