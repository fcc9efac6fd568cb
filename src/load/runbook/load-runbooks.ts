import { suggestionHint } from '../../kernel/suggestion.js'
import type { Diagnostic } from '../../model/position.js'
import type { Probe } from '../../model/probe.js'
import type { RunbookDefinition, StepDefinition } from '../../model/runbook/definition.js'
import type { StepKind } from '../../model/runbook/step-kind.js'
import { formatPosition, type Position } from '../../model/position.js'
import { canonicalDigest } from '../canonical-digest.js'
import { readField } from '../check-fields.js'
import type { ProbeKinds } from '../load-definitions.js'
import { cyclesOf } from '../needs.js'
import { findRunbookFiles, type PackFile, type PackRoot } from '../pack-files.js'
import { Problems } from '../problems.js'
import { readSourceFile } from '../source-file.js'
import { compileTemplate } from '../template/compile.js'
import { nodeAt, plainValue, type YamlMap, type YamlNode } from '../yaml-node.js'
import { compilerFor, Compilers, refuseSecrets } from './names.js'
import type { Kinds } from './operation.js'
import { parameterComplaint } from './parameter-value.js'
import { compileParameters } from './parameters.js'
import { requiredRunbookFields, runbookFields } from './runbook-schema.js'
import { compileSteps, declaredOutputs } from './step.js'

/** The kinds of steps there are, by name. */
export interface StepKinds {
  names(): readonly string[]
  load(kind: string): Promise<StepKind>
}

export interface LoadedRunbooks {
  /** Every runbook by id; `undefined` when there is any problem. */
  readonly runbooks: ReadonlyMap<string, RunbookDefinition> | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Loads and compiles every runbook below the given folders, strictly, and lists every problem there is rather than the first. */
export async function loadRunbooks(roots: readonly PackRoot[], stepKinds: StepKinds, probeKinds: ProbeKinds): Promise<LoadedRunbooks> {
  const problems = new Problems()
  const files = (await Promise.all(roots.map((root) => findRunbookFiles(root, problems)))).flat()
  const sources = await Promise.all(files.map(async (file) => ({ file, root: await readSourceFile(file.path, file.file, problems) })))
  const kinds = await loadKinds(sources.flatMap(({ root }) => root ?? []), stepKinds, probeKinds)
  const runbooks = new Map<string, RunbookDefinition>()
  const known = new Map<string, Position>()
  for (const { file, root } of sources) {
    const before = known.get(file.prefix)
    const position = { file: file.file, line: 1, column: 1 }
    if (before !== undefined) {
      problems.report(position, 'duplicate-id', `${file.prefix} is declared already at ${formatPosition(before)}`)
      continue
    }
    known.set(file.prefix, position)
    const runbook = root === undefined ? undefined : compileRunbook(file, root, kinds, problems)
    if (runbook !== undefined) runbooks.set(runbook.id, runbook)
  }
  judgeIncludes(runbooks, new Set(known.keys()), problems)
  const diagnostics = problems.sorted()
  return { runbooks: diagnostics.length > 0 ? undefined : runbooks, diagnostics }
}

/** Every kind's name; those whose name is a key somewhere in the files are loaded. */
async function loadKinds(roots: readonly YamlNode[], stepKinds: StepKinds, probeKinds: ProbeKinds): Promise<Kinds> {
  const keys = new Set<string>()
  const collect = (node: YamlNode): void => {
    if (node.kind === 'list') node.items.forEach(collect)
    if (node.kind !== 'map') return
    for (const [key, { value }] of node.entries) {
      keys.add(key)
      collect(value)
    }
  }
  roots.forEach(collect)
  const used = (names: readonly string[]): readonly string[] => names.filter((name) => keys.has(name))
  return {
    steps: new Map(await Promise.all(used(stepKinds.names()).map(async (name): Promise<[string, StepKind]> => [name, await stepKinds.load(name)]))),
    probes: new Map(await Promise.all(used(probeKinds.names()).map(async (name): Promise<[string, Probe]> => [name, await probeKinds.load(name)]))),
    stepNames: stepKinds.names(),
    probeNames: probeKinds.names(),
  }
}

function compileRunbook(file: PackFile, root: YamlNode, kinds: Kinds, problems: Problems): RunbookDefinition | undefined {
  const before = problems.count
  if (root.kind !== 'map') {
    problems.report(root.position, 'wrong-type', 'a runbook is a mapping')
    return undefined
  }
  const fields = readRunbookFields(root, problems)
  const section = nodeAt(root, ['parameters'])
  const { definitions, type } = compileParameters(section?.kind === 'map' ? section.entries : new Map(), problems)
  const valueKinds = [...kinds.steps.values()].filter((kind) => kind.structure === 'values').map((kind) => kind.kind)
  const names = { parameters: definitions, compilers: new Compilers(type, declaredOutputs(nodeAt(root, ['steps']), valueKinds)) }
  const withoutOutputs = { ...names, outputs: new Map() }
  const targetNode = nodeAt(root, ['target']) ?? { kind: 'scalar' as const, position: root.position, value: file.system, textOffset: undefined }
  const target = compileTemplate(targetNode, compilerFor(withoutOutputs), problems)
  refuseSecrets(target.references, withoutOutputs, targetNode.position, 'a target', problems)
  const databaseNode = nodeAt(root, ['lock', 'database'])
  const lockDatabase = databaseNode === undefined ? undefined : compileTemplate(databaseNode, compilerFor(withoutOutputs), problems)
  const { steps } = compileSteps(nodeAt(root, ['steps']), new Map(), { names, kinds, problems })
  if (problems.count > before || fields.title === undefined) return undefined
  const written = plainValue(root)
  return Object.freeze({
    id: file.prefix,
    system: file.system,
    title: fields.title,
    description: fields.description ?? '',
    parameters: Object.freeze(definitions),
    target,
    lockDatabase,
    onFailure: fields['on-failure'] ?? 'stop',
    steps,
    departures: Object.freeze(fields.departures ?? []),
    source: fields.source ?? '',
    position: root.position,
    folder: file.folder,
    written,
    digest: canonicalDigest(written),
  })
}

function readRunbookFields(root: YamlMap, problems: Problems) {
  const fields: { -readonly [Name in keyof typeof runbookFields]?: ReturnType<(typeof runbookFields)[Name]['parse']> } = {}
  for (const [key, entry] of root.entries) {
    const schema = Object.hasOwn(runbookFields, key) ? runbookFields[key as keyof typeof runbookFields] : undefined
    if (schema === undefined) problems.report(entry.position, 'unknown-key', `unknown key ${key}`, suggestionHint(key, Object.keys(runbookFields)) ?? `known: ${Object.keys(runbookFields).join(', ')}`)
    else Object.assign(fields, readField(key, entry, schema, problems))
  }
  for (const key of requiredRunbookFields) if (!root.entries.has(key)) problems.report(root.position, 'missing-key', `${key} is missing`)
  return fields
}

function allSteps(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  return steps.flatMap((step) => [step, ...step.alternatives.flatMap((alternative) => allSteps(alternative.steps))])
}

/** What runbooks need of each other: that the other exists, that none includes itself, that each parameter is one of the other's. */
function judgeIncludes(runbooks: ReadonlyMap<string, RunbookDefinition>, known: ReadonlySet<string>, problems: Problems): void {
  const graph = new Map([...runbooks].map(([id, { steps }]) => [id, { needs: allSteps(steps).flatMap(({ includes, position }) => (includes === undefined ? [] : [{ id: includes, position }])) }]))
  for (const cycle of cyclesOf(graph)) problems.report(graph.get(cycle[0]!)!.needs.find((need) => need.id === cycle[1])!.position, 'cycle', `runbooks include each other in a circle: ${cycle.join(' → ')}`)
  for (const runbook of runbooks.values()) {
    for (const step of allSteps(runbook.steps)) {
      if (step.includes === undefined) continue
      const other = runbooks.get(step.includes)
      if (other !== undefined) judgeInclude(runbook, step, other, problems)
      else if (!known.has(step.includes)) problems.report(step.position, 'unknown-runbook', `there is no runbook ${step.includes}`, suggestionHint(step.includes, known))
    }
  }
}

function judgeInclude(runbook: RunbookDefinition, step: StepDefinition, other: RunbookDefinition, problems: Problems): void {
  const { written, filled } = step.action
  const given = typeof written === 'object' && written !== null && 'parameters' in written ? (written.parameters as Readonly<Record<string, unknown>>) : {}
  const report = (code: string, message: string, hint?: string): void => problems.report(step.position, code, message, hint)
  const names = other.parameters.map(({ name }) => name)
  for (const [name, value] of Object.entries(given)) {
    const parameter = other.parameters.find((each) => each.name === name)
    if (parameter === undefined) {
      report('unknown-parameter', `${other.id} has no parameter ${name}`, suggestionHint(name, names))
      continue
    }
    const isFilled = filled.some(({ path }) => path[0] === 'parameters' && path[1] === name)
    const secret = typeof value === 'string' ? runbook.parameters.find((each) => each.type === 'secret' && value.includes(`params.${each.name}`)) : undefined
    if (secret !== undefined && parameter.type !== 'secret') report('secret-place', `params.${secret.name} is a secret, and the parameter ${name} of ${other.id} is none`)
    if (parameter.type === 'secret' && !isFilled) report('secret-place', `the parameter ${name} of ${other.id} is a secret, which cannot be written here`)
    const complaint = isFilled || parameter.type === 'secret' ? undefined : parameterComplaint(parameter, value)
    if (complaint !== undefined) report('parameter-value', `the parameter ${name} of ${other.id} ${complaint}`)
  }
  for (const { name, default: fallback } of other.parameters) {
    if (fallback === undefined && !Object.hasOwn(given, name)) report('missing-parameter', `${other.id} requires the parameter ${name}`)
  }
}
