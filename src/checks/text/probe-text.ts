import { stringify } from 'yaml'
import { factTypeOf, type FactType } from '../../base/facts.js'
import { neutralise, type TextStyle } from '../../base/text/terminal-text.js'
import type { Probe } from '../../engine/probe.js'
import type { SingleObservation } from '../single-probe/observe-once.js'
import type { SuggestedCheck } from '../single-probe/suggested-check.js'
import { exampleCommand } from '../single-probe/compile-input.js'
import { redactedMarker } from '../../redaction/secret-value.js'

/** The kinds of probes, a line each. */
export function probeKindsText(probes: readonly Probe[], { chalk }: TextStyle): string {
  const width = Math.max(...probes.map(({ kind }) => kind.length))
  const [first] = probes.flatMap(({ kind, examples }) => examples.map(({ input }) => exampleCommand(kind, input)))
  return [
    ...probes.map(({ kind, title }) => `  ${kind.padEnd(width)}  ${chalk.dim(title)}`),
    '',
    `${probes.length} kinds of probes; try one: ${first ?? ''}`,
    '',
  ].join('\n')
}

/** The same for programs. */
export function probeKindsJson(probes: readonly Probe[]): string {
  return `${JSON.stringify({ kinds: probes.map(({ kind, title }) => ({ kind, title })) }, null, 2)}\n`
}

/** What was observed, as two YAML documents: the facts, and a check that expects them. */
export function probeText(observation: SingleObservation): string {
  const { probe } = observation
  if (!observation.isObserved)
    return commented(`${probe.kind}: not observed (${observation.outcome}): ${neutralise(observation.message)}`)
  const { facts, concealed, suggested } = observation
  const type = factTypeOf(probe.facts)
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    factLines(name, value, type.type === 'object' ? type.fields[name] : undefined),
  )
  const reasons = [...new Set(Object.values(concealed))]
  const hidden = reasons.map((reason) => {
    const names = Object.keys(concealed).filter((name) => concealed[name] === reason)
    return `  # not shown: ${names.join(', ')}: ${neutralise(reason)}`
  })
  return neutralise(
    [
      `# ${probe.title}`,
      'facts:',
      ...[...lines, ...hidden],
      '---',
      '# a check that expects this: save it as checks/<system>/<area>.yaml, then run `preflight validate`',
      suggestedCheckYaml(probe.kind, suggested),
    ].join('\n'),
    { keepNewlines: true },
  )
}

/** The same for programs. */
export function probeJson(observation: SingleObservation): string {
  const { probe, input } = observation
  const document = observation.isObserved
    ? {
        kind: probe.kind,
        input,
        observed: true,
        facts: observation.facts,
        types: Object.fromEntries(Object.keys(observation.facts).map((name) => [name, typeOfFact(probe, name)])),
        notShown: observation.concealed,
        check: checkOf(probe.kind, observation.suggested),
      }
    : { kind: probe.kind, input, observed: false, outcome: observation.outcome, message: observation.message }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** A file of checks with this one. */
function suggestedCheckYaml(kind: string, suggested: SuggestedCheck): string {
  const lines = yamlOf({ stage: suggested.stage, checks: { [kind]: checkOf(kind, suggested) } }).split('\n')
  const failing = new Set(suggested.expect.filter(({ holds }) => holds !== true).map(({ that }) => `- ${yamlOf(that)}`))
  const noted = lines.map((line) => (failing.has(line.trim()) ? `${line} # not so now` : line))
  const mask = JSON.stringify(suggested.input ?? null).includes(redactedMarker)
    ? [`# ${redactedMarker} stands for a credential: give it as \${{ env.NAME }}`]
    : []
  return [...mask, ...noted, ''].join('\n')
}

/** The check as a plain value, with every key that a check must have. */
export function checkOf(kind: string, { title, class: failureClass, input, expect }: SuggestedCheck): object {
  return {
    title,
    severity: 'high',
    class: failureClass,
    [kind]: input,
    expect: expect.map(({ that }) => that),
    fix: 'say here what an operator must do when this is not so',
  }
}

/** Characters of a text that are shown. */
const longestText = 400

function factLines(name: string, value: unknown, type: FactType | undefined): readonly string[] {
  const [first = '', ...more] = yamlOf({ [name]: shortened(value) }).split('\n')
  return [`  ${first} # ${type === undefined ? 'anything' : typeWords(type)}`, ...more.map((line) => `  ${line}`)]
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}…` : value
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item)]))
}

function typeOfFact(probe: Probe, name: string): string {
  const type = factTypeOf(probe.facts)
  const field = type.type === 'object' ? type.fields[name] : undefined
  return field === undefined ? 'anything' : typeWords(field)
}

function typeWords(type: FactType): string {
  switch (type.type) {
    case 'string':
      return 'text'
    case 'bool':
      return 'true or false'
    case 'int':
      return 'a whole number'
    case 'double':
      return 'a number'
    case 'enumeration':
      return `one of ${type.values.map((value) => (value === '' ? '""' : value)).join(', ')}`
    case 'list':
      return 'a list'
    case 'map':
    case 'object':
      return 'a mapping'
    case 'any':
      return 'anything'
  }
}

function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd()
}

function commented(text: string): string {
  return `${text
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n')}\n`
}
