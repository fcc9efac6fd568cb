import { parseDuration } from '../../base/time/duration.js'
import { suggestionHint } from '../../base/text/wording.js'
import { readKinded } from '../../checks/load/check-fields.js'
import {
  type Problems,
  nodeAt,
  plainValue,
  positionAt,
  type YamlMap,
  type YamlNode,
} from '../../definitions/yaml-node.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import { compileCondition } from '../../engine/load/compile-expectations.js'
import {
  requirementKinds,
  type RequirementDefinition,
  type RequirementKind,
} from '../definition/requirement-definition.js'
import { compileTaking } from './operation.js'
import { requirementFields, requirementInputs } from './requirement-schema.js'
import { compilerFor, refuseSecrets, type Names } from './step-names.js'

const defaultTimeout = 5000

/**
 * Compiles what a runbook requires. Its values can read the parameters, and nothing that a step finds out: it is judged
 * before the first step.
 *
 * @param steps the list under `steps`
 */
export function compileRequirements(
  list: YamlNode | undefined,
  steps: YamlNode | undefined,
  shared: Omit<Names, 'outputs'>,
  problems: Problems,
): readonly RequirementDefinition[] {
  if (list?.kind !== 'list') return []
  const names: Names = { ...shared, outputs: new Map() }
  const ids = (steps?.kind === 'list' ? steps.items : []).flatMap((step) => {
    const id = nodeAt(step, ['id'])
    return id?.kind === 'scalar' && typeof id.value === 'string' ? [id.value] : []
  })
  return Object.freeze(list.items.flatMap((item) => compileRequirement(item, ids, names, problems)))
}

function compileRequirement(
  item: YamlNode,
  ids: readonly string[],
  names: Names,
  problems: Problems,
): readonly RequirementDefinition[] {
  if (item.kind !== 'map') {
    problems.report(item.position, 'wrong-type', 'a requirement is a mapping', 'for example: - program: psql')
    return []
  }
  const before = problems.count
  const { fields, call } = readKinded(
    item,
    item.position,
    { owner: 'entry', kindWord: 'requirement', fields: requirementFields, required: [], kinds: requirementKinds },
    problems,
  )
  const neededBy = fields['needed-by'] ?? []
  refuseUnknownSteps(neededBy, item, ids, problems)
  const compiler = compilerFor(names)
  const when = compileCondition(nodeAt(item, ['when']), compiler, problems)
  if (when !== undefined) refuseSecrets(when.references, names, positionAt(item, ['when']), 'a condition', problems)
  const fixNode = nodeAt(item, ['fix'])
  const fix = fixNode?.kind === 'scalar' ? compileTemplate(fixNode, compiler, problems) : undefined
  if (fix !== undefined) refuseSecrets(fix.references, names, fixNode!.position, 'a fix', problems)
  if (call === undefined) return []
  const kind = call.kind as RequirementKind
  const input = compileTaking({ kind, input: requirementInputs[kind] }, call.node, compiler, names, problems)
  if (problems.count > before) return []
  return [
    Object.freeze({
      kind,
      input,
      when,
      neededBy: Object.freeze([...neededBy]),
      timeout: fields.timeout === undefined ? defaultTimeout : parseDuration(fields.timeout)!,
      fix,
      written: Object.freeze({ name: writtenName(plainValue(call.node)), fix: fields.fix }),
      position: item.position,
    }),
  ]
}

function writtenName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { name, cwd } = value as { readonly name?: unknown; readonly cwd?: unknown }
  return typeof cwd === 'string' && cwd !== '' ? `${String(name)} in ${cwd}` : String(name)
}

function refuseUnknownSteps(
  neededBy: readonly string[],
  item: YamlMap,
  ids: readonly string[],
  problems: Problems,
): void {
  for (const [index, id] of neededBy.entries())
    if (!ids.includes(id))
      problems.report(
        positionAt(item, ['needed-by', index]),
        'unknown-step',
        `no step ${id} in this runbook`,
        suggestionHint(id, ids) ?? `steps: ${ids.join(', ')}`,
      )
}
