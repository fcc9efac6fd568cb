import { safeJson } from '../base/text/safe-json.js'
import { coverageOf } from '../checks/result/coverage.js'
import type { ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { invocation } from './sarif/invocation.js'
import { checkResult, numbered, problemResult, verdictResult } from './sarif/results.js'
import { rulesOf } from './sarif/rules.js'
import { byUrgency, notedStatuses } from './wording/red.js'

export const reporter: Reporter = {
  format: 'sarif',
  title: 'SARIF 2.1.0, for code scanning',
  render(document) {
    const rules = rulesOf(document)
    const results = numbered([
      ...verdictResult(document),
      ...(document.diagnostics ?? []).map(problemResult),
      ...byUrgency(document, notedStatuses).map(checkResult),
    ])
    return safeJson({
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: document.tool.name, version: document.tool.version, rules } },
          automationDetails: { id: automationId(document) },
          columnKind: 'utf16CodeUnits',
          invocations: [invocation(document)],
          results: results.map((result) => ({
            ...result,
            ruleIndex: rules.findIndex(({ id }) => id === result.ruleId),
          })),
          properties: properties(document),
        },
      ],
    })
  },
}

/**
 * Runs of another deployment or profile are another series: a finding that is in one and not in the other is not
 * mended.
 */
function automationId({ run }: ResultDocument): string {
  return ['preflight', run.deployment ?? 'deployment', run.profile, run.id]
    .map((part) => part.replaceAll('/', '-'))
    .join('/')
}

function properties({ counts, run, state, verdict, exitCode }: ResultDocument): Readonly<Record<string, unknown>> {
  const { commit = null, dirty = null } = run.git ?? {}
  return {
    state,
    verdict,
    exitCode,
    isPartial: coverageOf({ lock: run.lock, counts }) === 'part',
    counts,
    profile: run.profile,
    deployment: run.deployment,
    definitionsDigest: run.definitionsDigest,
    commit,
    dirty,
  }
}
