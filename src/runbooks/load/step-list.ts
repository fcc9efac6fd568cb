import { suggestionHint, withArticle } from '../../base/text/wording.js'
import type { Position } from '../../base/errors.js'
import { readKinded, type ReadKinded } from '../../checks/load/check-fields.js'
import { segmentPattern } from '../../checks/load/definition-schema.js'
import { cyclesOf } from '../../checks/load/selection-file.js'
import { stepKeyHint } from '../../definitions/beginner-hints.js'
import { type Problems, positionAt, type YamlMap, type YamlNode, nodeAt } from '../../definitions/yaml-node.js'
import type { StepOutputs, Names } from './step-names.js'
import { type Kinds, compileOperation } from './operation.js'
import { declaredOutputs } from './outputs.js'
import { stepFields, operationFields, undoFields, afterUndoFields } from './runbook-schema.js'
import type { Operation, StepDefinition } from '../definition/runbook-definition.js'
import type { StepKind } from '../definition/step-kind.js'

/** What the paths of the steps after an undo begin with; no other step has this id. */
const afterUndoName = 'after-undo'

/** A step as it was read, before anything in it is compiled. */
export interface StepDraft {
  readonly id: string
  readonly map: YamlMap
  readonly position: Position
  readonly read: ReadKinded<typeof stepFields>
  readonly needs: readonly { readonly id: string; readonly position: Position }[]
}

/**
 * Reads a list of steps and puts each after all that it needs; of those whose needs are met, the one that is first in
 * the file comes first. What is wrong with the list itself has been reported by the caller. Of steps that are passed
 * over, the outputs are `lost`: one report is enough.
 */
export function readSteps(
  list: YamlNode | undefined,
  kinds: Kinds,
  problems: Problems,
  isAfterUndo = false,
): { readonly drafts: readonly StepDraft[]; readonly lost: StepOutputs } {
  const drafts: StepDraft[] = []
  const lost: YamlNode[] = []
  if (list?.kind !== 'list') return { drafts, lost: new Map() }
  for (const item of list.items) {
    if (item.kind !== 'map') {
      problems.report(item.position, 'wrong-type', 'a step is a mapping')
      continue
    }
    const read = readKinded(
      item,
      item.position,
      {
        owner: isAfterUndo ? 'step after an undo' : 'step',
        kindWord: 'action',
        // A subset, whose other keys a step after an undo never has.
        fields: isAfterUndo ? (afterUndoFields as typeof stepFields) : stepFields,
        required: ['id'],
        kinds: kinds.stepNames,
        hintFor: (key) => stepKeyHint(key, kinds.probeNames),
      },
      problems,
    )
    const { id } = read.fields
    const position = item.entries.get('id')?.position ?? item.position
    if (id === undefined) {
      lost.push(item)
      continue
    }
    if (!segmentPattern.test(id))
      problems.report(
        position,
        'step-id',
        `${id} cannot be the id of a step: use lower-case letters, digits and single hyphens`,
      )
    if (id === afterUndoName)
      problems.report(
        position,
        'step-id',
        `${id} cannot be the id of a step: the paths of the steps after an undo begin with it`,
      )
    const previous = drafts.at(-1)
    if (drafts.some((draft) => draft.id === id)) {
      problems.report(position, 'duplicate-id', `duplicate step ${id}`)
      lost.push(item)
      continue
    }
    const named = read.fields.needs?.map((need, index) => ({ id: need, position: positionAt(item, ['needs', index]) }))
    const needs = named ?? (read.given.has('needs') || previous === undefined ? [] : [{ id: previous.id, position }])
    drafts.push({ id, map: item, position, read, needs })
  }
  return { drafts: inOrder(drafts, problems), lost: declaredOutputs(lost, valueKindsOf(kinds)) }
}

function inOrder(drafts: readonly StepDraft[], problems: Problems): readonly StepDraft[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]))
  for (const draft of drafts) {
    for (const [index, need] of draft.needs.entries()) {
      if (draft.needs.findIndex(({ id }) => id === need.id) < index)
        problems.report(need.position, 'duplicate-need', `${need.id} is named twice`)
      else if (!byId.has(need.id))
        problems.report(
          need.position,
          'unknown-need',
          `no step ${need.id} in this list`,
          suggestionHint(need.id, byId.keys()),
        )
    }
  }
  const cycles = cyclesOf(byId)
  for (const cycle of cycles)
    problems.report(
      byId.get(cycle[0]!)?.position ?? drafts[0]!.position,
      'cycle',
      `the needs of these steps form a circle: ${cycle.join(' → ')}`,
    )
  if (cycles.length > 0) return drafts
  const ordered: StepDraft[] = []
  const placed = new Set<string>()
  const left = new Set(drafts)
  while (left.size > 0) {
    const next = [...left].find((draft) => draft.needs.every((need) => placed.has(need.id) || !byId.has(need.id)))!
    left.delete(next)
    placed.add(next.id)
    ordered.push(next)
  }
  return ordered
}

/** The kinds whose action is the values that it captures. */
export function valueKindsOf({ steps }: Kinds): readonly string[] {
  return [...steps.values()].filter(({ structure }) => structure === 'values').map(({ kind }) => kind)
}

/** Compiles what tells, of a step or of an undo, whether the world is as it left it. */
export function compileVerify(
  node: YamlNode | undefined,
  names: Names,
  kinds: Kinds,
  problems: Problems,
): Operation | undefined {
  if (node?.kind !== 'map') return undefined
  const { fields, call } = readKinded(
    node,
    node.position,
    {
      owner: 'verification',
      kindWord: 'action',
      fields: operationFields,
      required: [],
      kinds: kinds.stepNames,
      hintFor: (key) => stepKeyHint(key, kinds.probeNames),
    },
    problems,
  )
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  if (!kind.effects.includes('read') || isStructural(kind))
    problems.report(
      node.position,
      'effect',
      `a verification must not change anything, so ${withArticle(call.kind)} cannot be one`,
    )
  return compileOperation(
    { call, map: node, position: node.position, timeout: fields.timeout, effect: 'read' },
    names,
    kinds,
    problems,
  ).operation
}

/** Compiles what takes a step back. */
export function compileUndo(
  node: YamlNode | undefined,
  names: Names,
  kinds: Kinds,
  problems: Problems,
): StepDefinition['undo'] {
  if (node?.kind !== 'map') return undefined
  const { fields, call } = readKinded(
    node,
    node.position,
    {
      owner: 'undo',
      kindWord: 'action',
      fields: undoFields,
      required: [],
      kinds: kinds.stepNames,
      hintFor: (key) => stepKeyHint(key, kinds.probeNames),
    },
    problems,
  )
  const verify = compileVerify(nodeAt(node, ['verify']), names, kinds, problems)
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  const effect = fields.effect ?? (kind.effects.includes('idempotent') ? 'idempotent' : 'once')
  if (!kind.effects.includes(effect) || isStructural(kind))
    problems.report(
      node.position,
      'effect',
      `an undo must change something, so ${withArticle(call.kind)} cannot be one`,
    )
  const compiled = compileOperation(
    { call, map: node, position: node.position, timeout: fields.timeout, effect },
    names,
    kinds,
    problems,
  )
  return compiled.operation === undefined ? undefined : Object.freeze({ ...compiled.operation, verify })
}

/** Whether it stands for other steps or only gives values. */
export function isStructural({ structure }: StepKind): boolean {
  return structure !== undefined && structure !== 'probe'
}
