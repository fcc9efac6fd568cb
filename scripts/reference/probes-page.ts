import { formatLimit } from '../../src/base/time/duration.js'
import { factTypeOf, type FactType } from '../../src/base/facts.js'
import type { Probe } from '../../src/engine/probe.js'
import { probeRegistry } from '../../src/engine/folder-registry.js'
import { stringify } from 'yaml'
import { authorSchema, typeText, type JsonSchema } from './json-schema.js'
import { generatedNotice, table } from './markdown.js'

/** docs/reference/probes.md: every kind with its input, facts and examples. */
export async function probesPage(): Promise<string> {
  const probes = await Promise.all(probeRegistry.names().map((name) => probeRegistry.load(name)))
  const intro =
    'A probe observes and returns facts; a check’s expectations judge them. Every fact is always there: what was not reached is empty, 0 or false.'
  return [generatedNotice, '# Probe kinds', intro, ...probes.map(section)].join('\n\n') + '\n'
}

function section(probe: Probe): string {
  const rungs = probe.rungs === undefined ? [] : [`Rungs: ${probe.rungs.join(' → ')}.`]
  return [
    `## ${probe.kind}`,
    `${probe.title[0]!.toUpperCase()}${probe.title.slice(1)}.`,
    probe.description,
    ...rungs,
    `Time limit of an attempt, when the check names none: ${formatLimit(probe.defaultTimeout)}.`,
    '### Input',
    inputTables(authorSchema(probe.input)),
    '### Facts',
    table(['fact', 'type', 'what it is'], factRows(probe)),
    ...(probe.together === undefined
      ? []
      : [
          `A check with \`sample\` also has these, which say what several observations show together. It may then have ${probe.together.inputs.map((name) => `\`${name}\``).join(' and ')}:`,
          table(['fact', 'type', 'what it is'], factRows(probe.together)),
        ]),
    '### Examples',
    ...probe.examples.map(
      (example) =>
        `${example.title}:\n\n\`\`\`yaml\n${stringify({ [probe.kind]: example.input, ...(example.sample === undefined ? {} : { sample: example.sample }), expect: [{ that: example.expect }] }).trimEnd()}\n\`\`\``,
    ),
  ].join('\n\n')
}

/** A table of the fields of an input, or one for each of its forms; a form that is not a mapping in one line. */
export function inputTables(schema: JsonSchema): string {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined && schema.properties === undefined)
    return alternatives.map(inputTables).join('\n\nor\n\n')
  if (schema.properties === undefined)
    return `${typeText(schema)}${schema.description === undefined ? '' : `: ${schema.description}`}`
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    `\`${name}\``,
    typeText(field),
    required.has(name) ? 'required' : field.default === undefined ? 'optional' : `\`${JSON.stringify(field.default)}\``,
    field.description ?? '',
  ])
  return table(['field', 'type', 'default', 'what it is'], rows)
}

/** A row for each fact of a kind. */
export function factRows(probe: Pick<Probe, 'facts'>): string[][] {
  const type = factTypeOf(probe.facts)
  if (type.type !== 'object') return []
  const descriptions = authorSchema(probe.facts).properties ?? {}
  return Object.entries(type.fields).map(([name, fact]) => [
    `\`facts.${name}\``,
    factText(fact),
    descriptions[name]?.description ?? '',
  ])
}

function factText(fact: FactType): string {
  if (fact.type === 'enumeration') return fact.values.map((value) => `\`${value}\``).join(', ')
  if (fact.type === 'list' || fact.type === 'map') return `${fact.type} of ${factText(fact.of)}`
  if (fact.type === 'object')
    return `{ ${Object.entries(fact.fields)
      .map(([name, field]) => `${name}: ${factText(field)}`)
      .join('; ')} }`
  return fact.type
}
