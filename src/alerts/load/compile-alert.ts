import { parseDuration } from '../../base/time/duration.js'
import { suggestionHint } from '../../base/text/wording.js'
import { readField } from '../../checks/load/check-fields.js'
import { segmentPattern } from '../../checks/load/definition-schema.js'
import {
  canonicalDigest,
  type Problems,
  nodeAt,
  plainValue,
  type YamlEntry,
  type YamlMap,
} from '../../definitions/yaml-node.js'
import type { AlertDefinition, AlertPriority, AlertResponse } from '../alert-definition.js'
import { alertFields, requiredAlertFields } from './alert-schema.js'
import { compileAlertCondition, type ConditionContext, type WrittenCondition } from './compile-condition.js'

interface AlertContext extends ConditionContext {
  readonly system: string
  readonly priorities: ReadonlyMap<string, AlertPriority>
}

type AlertFields = { -readonly [Name in keyof typeof alertFields]?: ReturnType<(typeof alertFields)[Name]['parse']> }

/** @returns `undefined` when anything about the alert is wrong; the problems are reported then */
export function compileAlert(name: string, entry: YamlEntry, context: AlertContext): AlertDefinition | undefined {
  const { problems, system } = context
  const before = problems.count
  if (!segmentPattern.test(name))
    problems.report(
      entry.position,
      'alert-name',
      `${name} cannot be part of an id: use lower-case letters, digits and single hyphens`,
    )
  if (entry.value.kind !== 'map') {
    problems.report(entry.value.position, 'wrong-type', 'an alert is a mapping')
    return undefined
  }
  const fields = readAlertFields(entry, entry.value, problems)
  const priority = priorityNamed(fields.priority, entry.value, context)
  const when = nodeAt(entry.value, ['when'])
  const items = when?.kind === 'list' ? when.items : []
  const conditions = (fields.when ?? []).flatMap(
    (written: WrittenCondition, index) => compileAlertCondition(written, items[index]!, context) ?? [],
  )
  if (problems.count > before || priority === undefined || fields.title === undefined || fields.response === undefined)
    return undefined
  return Object.freeze({
    id: `${system}/${name}`,
    system,
    title: fields.title,
    why: fields.why ?? '',
    priority,
    conditions: Object.freeze(conditions),
    rounds: fields.for ?? 1,
    response: responseOf(fields.response),
    escalate: Object.freeze((fields.escalate ?? []).map(({ after, call }) => ({ after: parseDuration(after)!, call }))),
    source: fields.source ?? '',
    position: entry.position,
    digest: canonicalDigest({ name, alert: plainValue(entry.value) }),
  })
}

function readAlertFields(entry: YamlEntry, map: YamlMap, problems: Problems): AlertFields {
  const fields: AlertFields = {}
  const known = Object.keys(alertFields)
  for (const [key, value] of map.entries) {
    const schema = Object.hasOwn(alertFields, key) ? alertFields[key as keyof typeof alertFields] : undefined
    if (schema === undefined)
      problems.report(
        value.position,
        'unknown-key',
        `unknown key ${key}: not a property of an alert`,
        suggestionHint(key, known) ?? `known: ${known.join(', ')}`,
      )
    else Object.assign(fields, readField(key, value, schema, problems))
  }
  for (const key of requiredAlertFields)
    if (!map.entries.has(key)) problems.report(entry.position, 'missing-key', `${key} is missing`)
  return fields
}

function priorityNamed(
  name: string | undefined,
  map: YamlMap,
  { priorities, problems }: AlertContext,
): AlertPriority | undefined {
  const priority = name === undefined ? undefined : priorities.get(name)
  if (name !== undefined && priority === undefined)
    problems.report(
      nodeAt(map, ['priority'])!.position,
      'unknown-priority',
      `unknown priority ${name}`,
      suggestionHint(name, priorities.keys()) ?? `the file declares ${[...priorities.keys()].join(', ') || 'none'}`,
    )
  return priority
}

function responseOf(written: NonNullable<AlertFields['response']>): AlertResponse {
  if (typeof written === 'string') return { runbook: written, parameters: {} }
  const { runbook, params = {} } = written
  return {
    runbook,
    parameters: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
  }
}
