import { z } from 'zod'
import type { Probe } from '../../engine/probe.js'
import type { StepKind } from '../definition/step-kind.js'
import { inputNamePattern, jsonSchemaOf, segmentPattern, withTemplates } from '../../checks/load/definition-schema.js'
import { requirementFields, requirementInputs } from './requirement-schema.js'
import { canBeItem, sectionsOutsideChecklists } from './checklist.js'
import {
  afterUndoFields,
  operationFields,
  parameterSchema,
  runbookFields,
  stepFields,
  undoFields,
} from './runbook-schema.js'

type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema of runbook files, for editors: completion and the shape of things; expressions and references are the
 * compiler's.
 */
export function runbookJsonSchema(kinds: readonly StepKind[], probes: readonly Probe[]): JsonSchema {
  const file = jsonSchemaOf(z.strictObject(runbookFields))
  const calls = Object.fromEntries(
    kinds.map((kind) => [kind.kind, { ...inputOf(kind, probes), title: kind.title, description: kind.description }]),
  )
  const withCall = (fields: Parameters<typeof z.strictObject>[0], names: readonly string[]): JsonSchema => {
    const own = withoutDialect(jsonSchemaOf(z.strictObject(fields)))
    const properties = {
      ...(own['properties'] as JsonSchema),
      ...Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/calls/${name}` }])),
    }
    return { ...own, properties, oneOf: names.map((name) => ({ required: [name] })) }
  }
  const all = kinds.map((kind) => kind.kind)
  const plain = kinds.filter(({ structure }) => structure === undefined || structure === 'probe')
  const reading = plain.filter(({ effects }) => effects.includes('read')).map((kind) => kind.kind)
  const changing = plain.filter(({ effects }) => effects.some((effect) => effect !== 'read')).map((kind) => kind.kind)
  const step = withCall(stepFields, all)
  const itemFields = Object.fromEntries(Object.entries(stepFields).filter(([key]) => key !== 'needs'))
  const item = withCall(
    { ...itemFields, effect: z.literal('read').optional() },
    kinds.filter(canBeItem).map(({ kind }) => kind),
  )
  const afterUndo = withCall(
    afterUndoFields,
    plain.map((kind) => kind.kind).filter((kind) => kind !== 'approve'),
  )
  const undo = withCall(undoFields, changing)
  const id = { type: 'string', pattern: segmentPattern.source }
  const verify = { $ref: '#/$defs/verify' }
  return {
    ...file,
    title: 'preflight runbook file',
    properties: {
      ...(file['properties'] as JsonSchema),
      parameters: {
        description:
          'the parameters of a run: declarations by name, or a list of those that the system shares and its own',
        anyOf: [
          { $ref: '#/$defs/parameters' },
          {
            type: 'array',
            items: {
              anyOf: [
                { type: 'string', pattern: inputNamePattern.source, description: 'a parameter of parameters.yaml' },
                { $ref: '#/$defs/parameters' },
              ],
            },
          },
        ],
      },
      requires: { ...(file['properties'] as { requires: JsonSchema }).requires, items: requirementSchema() },
      steps: { type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } },
      'after-undo': { type: 'array', minItems: 1, items: { $ref: '#/$defs/after-undo' } },
    },
    if: { properties: { checklist: { const: true } }, required: ['checklist'] },
    then: {
      properties: {
        steps: { items: { $ref: '#/$defs/item' } },
        ...Object.fromEntries(sectionsOutsideChecklists.map((section) => [section, false])),
      },
    },
    $defs: {
      calls,
      parameters: parametersSchema(),
      item: { ...item, properties: { ...(item['properties'] as JsonSchema), id } },
      'after-undo': { ...afterUndo, properties: { ...(afterUndo['properties'] as JsonSchema), id, verify } },
      step: {
        ...step,
        properties: {
          ...(step['properties'] as JsonSchema),
          id,
          verify,
          undo: { $ref: '#/$defs/undo' },
        },
      },
      verify: withCall(operationFields, reading),
      undo: { ...undo, properties: { ...(undo['properties'] as JsonSchema), verify } },
    },
  }
}

/** Declarations by name: a section of a runbook, and the whole of a file of shared parameters. */
function parametersSchema(): JsonSchema {
  return {
    type: 'object',
    propertyNames: { pattern: inputNamePattern.source },
    additionalProperties: withoutDialect(jsonSchemaOf(parameterSchema)),
  }
}

/** The JSON Schema of a file of shared parameters, `<system>/parameters.yaml`. */
export function sharedParametersJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'preflight file of the parameters that the runbooks of a system share',
    ...parametersSchema(),
  }
}

/** One requirement: exactly one kind with its value. */
function requirementSchema(): JsonSchema {
  const own = withoutDialect(jsonSchemaOf(z.strictObject(requirementFields)))
  const inputs = Object.entries(requirementInputs).map(([kind, input]) => [kind, withTemplates(input)])
  return {
    ...own,
    properties: { ...(own['properties'] as JsonSchema), ...(Object.fromEntries(inputs) as JsonSchema) },
    oneOf: Object.keys(requirementInputs).map((kind) => ({ required: [kind] })),
  }
}

/** What is under a kind's key: its own input, and beside it what its structure holds. */
function inputOf(kind: StepKind, probes: readonly Probe[]): JsonSchema {
  const input = withTemplates(kind.input)
  if (kind.structure === 'probe') {
    const calls = Object.fromEntries(probes.map((probe) => [probe.kind, withTemplates(probe.input)]))
    return {
      ...input,
      properties: { ...(input['properties'] as JsonSchema | undefined), ...calls },
      oneOf: probes.map((probe) => ({ required: [probe.kind] })),
    }
  }
  if (kind.structure !== 'alternatives') return input
  const alternative = {
    type: 'object',
    properties: { title: { type: 'string' }, steps: { type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } } },
    required: ['steps'],
    additionalProperties: false,
  }
  return {
    ...input,
    properties: {
      ...(input['properties'] as JsonSchema),
      options: { type: 'object', minProperties: 2, additionalProperties: alternative },
    },
  }
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'))
}
