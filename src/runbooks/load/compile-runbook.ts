import { sectionHint } from '../../definitions/beginner-hints.js'
import { suggestionHint } from '../../base/text/wording.js'
import type { FactType } from '../../base/facts.js'
import type { ParameterDefinition, RunbookDefinition } from '../definition/runbook-definition.js'
import {
  canonicalDigest,
  type Problems,
  nodeAt,
  plainValue,
  type YamlMap,
  type YamlNode,
} from '../../definitions/yaml-node.js'
import { readField } from '../../checks/load/check-fields.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import type { PackFile } from '../../checks/load/pack-files.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import type { Template } from '../../definitions/expression/expression.js'
import { typeIsOneOf } from '../../definitions/template/segments.js'
import type { Include, RunbookDraft } from './include.js'
import { Compilers, refuseSecrets } from './step-names.js'
import { isChecklistFile, judgeChecklist } from './checklist.js'
import type { Kinds } from './operation.js'
import { declaredOutputs } from './outputs.js'
import { compileParameters } from './compile-parameters.js'
import { compileRequirements } from './written-requirements.js'
import { requiredRunbookFields, runbookFields } from './runbook-schema.js'
import { withSharedParameters, type SharedParameters } from './shared-parameters.js'
import { compileSteps } from './step.js'

/**
 * Compiles one file.
 *
 * @param shared the parameters of its system that it can name; `undefined` where the system shares none
 * @returns `undefined` when there is nothing in it that others could depend on
 */
export function compileRunbook(
  file: PackFile,
  inFile: YamlNode,
  kinds: Kinds,
  problems: Problems,
  shared?: SharedParameters,
): RunbookDraft | undefined {
  const before = problems.count
  if (inFile.kind !== 'map') {
    problems.report(inFile.position, 'wrong-type', 'a runbook is a mapping')
    return undefined
  }
  const root = withSharedParameters(inFile, shared, problems)
  const fields = readRunbookFields(root, problems)
  const isChecklist = isChecklistFile(root)
  if (isChecklist) judgeChecklist(root, problems)
  const section = nodeAt(root, ['parameters'])
  const {
    definitions,
    names: parameterNames,
    type,
  } = compileParameters(section?.kind === 'map' ? section.entries : new Map(), problems)
  const places = {
    target: nodeAt(root, ['target']),
    database: nodeAt(root, ['lock', 'database']),
    serviceHome: nodeAt(root, ['lock', 'service-home']),
  }
  const { target, lock } = compilePlaces(places, file.system, definitions, type, problems)
  const stepsNode = nodeAt(root, ['steps'])
  const valueKinds = [...kinds.steps.values()].filter((kind) => kind.structure === 'values').map((kind) => kind.kind)
  const names = {
    folder: file.folder,
    parameters: definitions,
    compilers: new Compilers(type, declaredOutputs(stepsNode?.kind === 'list' ? stepsNode.items : [], valueKinds)),
  }
  const requires = compileRequirements(nodeAt(root, ['requires']), stepsNode, names, problems)
  const includes: Include[] = []
  const context = { names, kinds, problems, isChecklist, includes: (include: Include) => includes.push(include) }
  const { steps, outputs } = compileSteps(stepsNode, new Map(), context)
  const afterUndo = compileSteps(nodeAt(root, ['after-undo']), outputs, {
    ...context,
    isChecklist: false,
    isAfterUndo: true,
  }).steps
  const named = { id: file.prefix, isChecklist, parameters: definitions, parameterNames }
  const draft = { ...named, includes, definition: undefined }
  if (problems.count > before || fields.title === undefined) return draft
  const written = plainValue(root)
  const definition: RunbookDefinition = Object.freeze({
    id: file.prefix,
    system: file.system,
    title: fields.title,
    description: fields.description ?? '',
    parameters: Object.freeze(definitions),
    target,
    lock,
    onFailure: fields['on-failure'] ?? 'stop',
    isChecklist,
    schedule: fields.schedule,
    requires,
    steps,
    afterUndo,
    departures: Object.freeze(fields.departures ?? []),
    source: fields.source ?? '',
    position: root.position,
    folder: file.folder,
    written,
    digest: canonicalDigest(written),
  })
  return { ...draft, definition }
}

/**
 * What a runbook locks. Both are known before there is a run, so nothing of the run can be read: two runs whose target
 * held their own ids would never exclude each other.
 */
function compilePlaces(
  nodes: { readonly [Name in 'target' | 'database' | 'serviceHome']: YamlNode | undefined },
  system: string,
  parameters: readonly ParameterDefinition[],
  params: FactType,
  problems: Problems,
): Pick<RunbookDefinition, 'target' | 'lock'> {
  const compiler = expressionCompiler({ params })
  const target = compileTemplate(
    nodes.target ?? {
      kind: 'scalar',
      position: { file: '', line: 1, column: 1 },
      value: system,
      textOffset: undefined,
    },
    compiler,
    problems,
  )
  if (nodes.target !== undefined)
    refuseSecrets(target.references, { parameters }, nodes.target.position, 'a target', problems)
  const compileText = (name: string, node: YamlNode): Template => {
    const template = compileTemplate(node, compiler, problems)
    const [leaf] = template.leaves
    if (leaf?.type !== undefined && !typeIsOneOf(leaf.type, ['string']))
      problems.report(node.position, 'template-type', `the expression gives ${leaf.type}, but ${name} must be a string`)
    return template
  }
  const { database, serviceHome } = nodes
  if (database === undefined) return { target, lock: undefined }
  return {
    target,
    lock: {
      database: compileText('database', database),
      serviceHome: serviceHome === undefined ? undefined : compileText('service-home', serviceHome),
    },
  }
}

function readRunbookFields(root: YamlMap, problems: Problems) {
  const fields: { -readonly [Name in keyof typeof runbookFields]?: ReturnType<(typeof runbookFields)[Name]['parse']> } =
    {}
  for (const [key, entry] of root.entries) {
    const schema = Object.hasOwn(runbookFields, key) ? runbookFields[key as keyof typeof runbookFields] : undefined
    if (schema === undefined)
      problems.report(
        entry.position,
        'unknown-key',
        `unknown key ${key}`,
        sectionHint(key, Object.keys(runbookFields)) ??
          suggestionHint(key, Object.keys(runbookFields)) ??
          `known: ${Object.keys(runbookFields).join(', ')}`,
      )
    else Object.assign(fields, readField(key, entry, schema, problems))
  }
  for (const key of requiredRunbookFields)
    if (!root.entries.has(key)) problems.report(root.position, 'missing-key', `${key} is missing`)
  return fields
}
