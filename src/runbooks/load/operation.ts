import type { z } from 'zod'
import { suggestionHint } from '../../base/text/wording.js'
import { parseDuration } from '../../base/time/duration.js'
import { factTypeOf } from '../../base/facts.js'
import type { Position } from '../../base/errors.js'
import { probeFor, type Probe } from '../../engine/probe.js'
import type { ActionCall, Operation } from '../definition/runbook-definition.js'
import type { StepKind } from '../definition/step-kind.js'
import { type Effect, concealedInRunbook } from '../definition/runbook-vocabulary.js'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { guarded, type WrittenExpectation } from '../../engine/load/guard.js'
import { compileInput, writtenInput } from '../../engine/load/probe-call.js'
import { type Problems, plainValue, type YamlMap, type YamlNode, positionAt } from '../../definitions/yaml-node.js'
import type { CompiledTemplate, TemplateLeaf } from '../../definitions/template/compile-template.js'
import { marksAt } from '../../engine/load/literal-places.js'
import { compilerFor, refuseSecrets, unknownFacts, type ActionFacts, type Names } from './step-names.js'
import { compileExpect } from './step-expectations.js'
import { holdsSecret, secretsUsed, shownInput } from './secret-places.js'
import { placePath } from '../../base/text/place-path.js'

/** The kinds that files use, by name. */
export interface Kinds {
  readonly steps: ReadonlyMap<string, StepKind>
  readonly probes: ReadonlyMap<string, Probe>
  readonly stepNames: readonly string[]
  readonly probeNames: readonly string[]
}

interface OperationSource {
  readonly call: { readonly kind: string; readonly node: YamlNode }
  readonly map: YamlMap
  readonly position: Position
  readonly timeout: string | undefined
  readonly effect: Effect
}

/** An operation, what its facts are, for what is captured of them, and where expressions are in its input. */
interface CompiledOperation {
  /** `undefined` when anything about it is wrong. */
  readonly operation: Operation | undefined
  readonly facts: ActionFacts
  readonly leaves: readonly TemplateLeaf[]
}

/** Compiles an action with its limits and expectations. */
export function compileOperation(
  { call, map, position, timeout, effect }: OperationSource,
  names: Names,
  kinds: Kinds,
  problems: Problems,
): CompiledOperation {
  const kind = kinds.steps.get(call.kind)!
  const before = problems.count
  const action = compileAction(kind, call.node, names, kinds, problems)
  const facts = action?.facts ?? unknownFacts
  const leaves = action?.leaves ?? []
  const expect = compileExpect(kind, map.entries.get('expect')?.value, position, names, facts, problems)
  const guard = guardOf(expect, facts, compilerFor(names, facts), position, problems)
  if (action === undefined || problems.count > before) return { operation: undefined, facts, leaves }
  const ownLimit = kind.asksOnce === true ? action.call.probe?.of.defaultTimeout : kind.defaultTimeout
  const limit = timeout === undefined ? ownLimit : parseDuration(timeout)
  return { operation: Object.freeze({ action: action.call, effect, timeout: limit, ...guard, expect }), facts, leaves }
}

/**
 * The guard against problems, be it written as the first expectation or not; none where the kind has no problems, or
 * the expectations name the ones they mean.
 */
function guardOf(
  expect: readonly WrittenExpectation[],
  { type }: ActionFacts,
  compiler: ExpressionCompiler,
  position: Position,
  problems: Problems,
): Pick<Operation, 'guard' | 'hasAddedGuard'> {
  const { expectations, isAdded } = guarded(expect, type, compiler, position, problems)
  const [first] = expectations
  return first?.isGuard === true ? { guard: first, hasAddedGuard: isAdded } : {}
}

interface CompiledAction {
  readonly call: ActionCall
  readonly facts: ActionFacts
  readonly leaves: readonly TemplateLeaf[]
}

function compileAction(
  kind: StepKind,
  node: YamlNode,
  names: Names,
  kinds: Kinds,
  problems: Problems,
): CompiledAction | undefined {
  const compiler = compilerFor(names)
  const written = plainValue(node)
  if (kind.structure === 'probe') {
    const parts = splitProbe(kind, node, kinds, problems)
    if (parts === undefined) return undefined
    const input = compileTaking(kind, parts.rest, compiler, names, problems)
    const probeInput = compileTaking(parts.probe, parts.node, compiler, names, problems)
    const call: ActionCall = Object.freeze({
      kind: kind.kind,
      input,
      filled: filledOf(input),
      ...secretsUsed([...input.leaves, ...probeInput.leaves], names),
      probe: {
        kind: parts.probe.kind,
        of: parts.probe,
        input: probeInput,
        ...shownInput(parts.probe, parts.node, probeInput.leaves, compiler, names),
      },
      written,
    })
    return {
      call,
      facts: {
        type: factTypeOf(parts.probe.facts),
        concealed: concealedInRunbook(parts.probe, writtenInput(parts.node)),
      },
      leaves: input.leaves,
    }
  }
  const own = kind.structure === 'alternatives' ? withoutSteps(node) : node
  for (const { path, message } of kind.writtenProblems?.(writtenInput(node)) ?? [])
    problems.report(positionAt(node, path), 'invalid-value', `${placePath([kind.kind, ...path])}: ${message}`)
  const input = compileTaking(kind, own, compiler, names, problems)
  const call: ActionCall = Object.freeze({
    kind: kind.kind,
    input,
    filled: filledOf(input),
    ...shownInput(kind, own, input.leaves, compiler, names),
    ...secretsUsed(input.leaves, names),
    probe: undefined,
    written,
  })
  return { call, facts: { type: factTypeOf(kind.facts) }, leaves: input.leaves }
}

/**
 * Compiles what a kind takes, and refuses expressions where the kind allows none, and secrets where it takes no
 * credential.
 */
export function compileTaking(
  taking: { readonly kind: string; readonly input: z.ZodType; readonly structure?: string },
  node: YamlNode,
  compiler: ExpressionCompiler,
  names: Names,
  problems: Problems,
): CompiledTemplate {
  const template = compileInput(taking, node, compiler, problems, names.folder)
  for (const leaf of template.leaves) {
    const marks = marksAt(taking.input, leaf.path)
    const place = placePath([taking.kind, ...leaf.path])
    // What is handed to another runbook is judged against its parameters, once all are known.
    const isPassedOn = taking.structure === 'include' && leaf.path[0] === 'parameters'
    if (holdsSecret(taking.input, leaf.path)) continue
    const parameters = isPassedOn || marks.has('credential') ? [] : names.parameters
    refuseSecrets(leaf.references, { ...names, parameters }, leaf.node.position, place, problems)
  }
  return template
}

function filledOf(template: CompiledTemplate): ActionCall['filled'] {
  return template.leaves.map(({ path, isLeading }) => ({ path, isLeading }))
}

/** One probe is beside the kind's own keys. */
function splitProbe(
  { kind }: StepKind,
  node: YamlNode,
  kinds: Kinds,
  problems: Problems,
): { readonly rest: YamlMap; readonly probe: Probe; readonly node: YamlNode } | undefined {
  if (node.kind !== 'map') {
    problems.report(node.position, 'wrong-type', `${kind} is a mapping with one kind of probe`)
    return undefined
  }
  const found = [...node.entries].filter(([key]) => kinds.probeNames.includes(key))
  const [first] = found
  if (first === undefined || found.length > 1) {
    problems.report(
      node.position,
      'no-probe',
      `${kind} must have exactly one probe; found ${found.length === 0 ? 'none' : found.map(([key]) => key).join(' and ')}`,
      misspelt(node, kinds.probeNames) ?? `kinds: ${kinds.probeNames.join(', ')}`,
    )
    return undefined
  }
  const rest: YamlMap = { ...node, entries: new Map([...node.entries].filter(([key]) => key !== first[0])) }
  const { value } = first[1]
  return { rest, probe: probeFor(kinds.probes.get(first[0])!, writtenInput(value)), node: value }
}

/** For a kind of probe that is none. */
function misspelt(node: YamlMap, names: readonly string[]): string | undefined {
  const hints = [...node.entries.keys()].flatMap((key) =>
    names.includes(key) ? [] : (suggestionHint(key, names) ?? []),
  )
  return hints[0]
}

/** The alternatives' own steps are compiled as steps; to the kind they are a list of whatever. */
function withoutSteps(node: YamlNode): YamlNode {
  if (node.kind !== 'map') return node
  const options = node.entries.get('options')
  if (options?.value.kind !== 'map') return node
  const pruned = [...options.value.entries].map(([name, entry]) => {
    if (entry.value.kind !== 'map') return [name, entry] as const
    const entries = new Map(
      [...entry.value.entries].map(
        ([key, each]) =>
          [
            key,
            key === 'steps' ? { ...each, value: { kind: 'list' as const, position: each.position, items: [] } } : each,
          ] as const,
      ),
    )
    return [name, { ...entry, value: { ...entry.value, entries } }] as const
  })
  return {
    ...node,
    entries: new Map(node.entries).set('options', {
      ...options,
      value: { ...options.value, entries: new Map(pruned) },
    }),
  }
}
