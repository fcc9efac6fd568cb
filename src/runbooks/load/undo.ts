import type { Operation, StepDefinition } from '../definition/runbook-definition.js'
import type { StepKind } from '../definition/step-kind.js'
import { readKinded } from '../../checks/load/check-fields.js'
import type { Problems } from '../../definitions/problems.js'
import { nodeAt, type YamlNode } from '../../definitions/yaml-node.js'
import type { Names } from './step-names.js'
import { compileOperation, type Kinds } from './operation.js'
import { operationFields, undoFields } from './runbook-schema.js'

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
    { owner: 'verification', kindWord: 'action', fields: operationFields, required: [], kinds: kinds.stepNames },
    problems,
  )
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  if (!kind.effects.includes('read') || isStructural(kind))
    problems.report(node.position, 'effect', `a verification changes nothing, and a ${call.kind} cannot be one`)
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
    { owner: 'undo', kindWord: 'action', fields: undoFields, required: [], kinds: kinds.stepNames },
    problems,
  )
  const verify = compileVerify(nodeAt(node, ['verify']), names, kinds, problems)
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  const effect = fields.effect ?? (kind.effects.includes('idempotent') ? 'idempotent' : 'once')
  if (!kind.effects.includes(effect) || isStructural(kind))
    problems.report(node.position, 'effect', `an undo changes something, and a ${call.kind} cannot be one`)
  const compiled = compileOperation(
    { call, map: node, position: node.position, timeout: fields.timeout, effect },
    names,
    kinds,
    problems,
  )
  return compiled.operation === undefined ? undefined : Object.freeze({ ...compiled.operation, verify })
}

function isStructural({ structure }: StepKind): boolean {
  return structure !== undefined && structure !== 'probe'
}
