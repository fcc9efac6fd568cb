import { commandLine } from '../../src/base/text/shell-words.js'
import { formatLimit } from '../../src/base/time/duration.js'
import type { CheckDefinition, EvidenceDefinition } from '../../src/checks/definition.js'
import type { InputDefinition } from '../../src/definitions/expression/expression.js'
import { stages } from '../../src/base/vocabulary.js'
import { loadAll } from '../../src/checks/list-checks.js'
import { generatedNotice, table } from './markdown.js'

/** docs/reference/checks.md: every check and input that ships. */
export async function checksPage(): Promise<string> {
  const { definitions } = await loadAll({ checks: [], noBuiltin: false, config: undefined })
  const packs = definitions.packs.flatMap((pack) => [
    `## ${pack.system}`,
    ...stages.flatMap((stage) => {
      const checks = pack.checks.filter((check) => check.stage === stage)
      return checks.length === 0 ? [] : [`### ${stage}`, ...checks.map(checkSection)]
    }),
    '### Gathered for an incident',
    table(['evidence', 'kind', 'what it shows', 'only when'], pack.evidence.map(evidenceRow)),
    '### Inputs',
    table(['input', 'type', 'default', 'what it is'], pack.inputs.map(inputRow)),
  ])
  const intro =
    'The checks that ship, by system and stage. `preflight explain ID` prints one of them with its expectations.'
  return [generatedNotice, '# Checks', intro, ...packs].join('\n\n') + '\n'
}

function checkSection(check: CheckDefinition): string {
  const details = [
    `${check.severity}, ${check.class}`,
    `profiles ${check.profiles.join(', ')}`,
    `probe \`${check.probe.kind}\`, at most ${formatLimit(check.timeout)}`,
    ...(check.waivable ? [] : ['never waivable']),
    ...(check.needs.length === 0 ? [] : [`needs ${check.needs.map((need) => `\`${need}\``).join(', ')}`]),
    ...(check.when === undefined ? [] : [`only when \`${check.when.source}\``]),
  ]
  return [
    `#### ${check.id}`,
    `True when ${check.title}.`,
    `Why: ${check.why}.`,
    `Fix: ${check.fix}.`,
    ...answerOf(check),
    `${details.join('; ')}.`,
  ].join('\n\n')
}

/** What helps besides the words of its fix. */
function answerOf({ remedy, runbook }: CheckDefinition): readonly string[] {
  return [
    ...(remedy !== undefined && 'run' in remedy ? [`Command: \`${commandLine(remedy.run)}\``] : []),
    ...(runbook === undefined ? [] : [`Runbook: [${runbook}](../runbooks/${runbook}.md)`]),
  ]
}

function evidenceRow({ name, call, title, when }: EvidenceDefinition): string[] {
  return [name, `[${call.kind}](collectors.md#${call.kind})`, title, when === undefined ? '' : `\`${when.source}\``]
}

function inputRow(input: InputDefinition): string[] {
  const fallback =
    input.default === undefined
      ? 'required'
      : input.default.references.length > 0
        ? 'from the environment'
        : `\`${JSON.stringify(input.default.resolve({ vars: {}, env: {}, inputs: {}, profile: 'prod' }))}\``
  return [`\`${input.name}\``, input.type, fallback, input.description]
}
