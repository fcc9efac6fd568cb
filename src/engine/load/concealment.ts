import type { InputDefinition } from '../../definitions/expression/expression.js'
import type { Position } from '../../base/errors.js'
import type { Concealed, HiddenInput } from '../probe.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import type { Problems } from '../../definitions/yaml-node.js'
import type { TemplatePlace, CompiledTemplate, TemplateLeaf } from '../../definitions/template/compile-template.js'

/** What the system's declarations keep from being shown. */
export interface Declared {
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly inputs: readonly InputDefinition[]
}

/** Reports facts that are read though they say nothing. */
export function reportConcealed(
  references: readonly string[],
  concealed: Concealed,
  position: Position,
  problems: Problems,
): void {
  const facts = new Set(
    references.filter((reference) => reference.startsWith('facts.')).map((reference) => reference.split('.')[1]!),
  )
  for (const fact of facts)
    if (Object.hasOwn(concealed, fact))
      problems.report(position, 'concealed-fact', `facts.${fact} has no value here: ${concealed[fact]}`)
}

/** Reports the places at which a condition looks at the value of a variable that is not public. */
export function reportInspected(places: readonly TemplatePlace[], declared: Declared, problems: Problems): void {
  reportPlaces(
    places,
    declared,
    problems,
    'allows only a test for presence (has), a test for emptiness (== "") and a comparison with another variable of the environment',
  )
}

/** The same for a text with expressions: what they make of such a value, except the value itself, would reveal it. */
export function reportLookedAt(places: readonly TemplatePlace[], declared: Declared, problems: Problems): void {
  reportPlaces(
    places,
    declared,
    problems,
    'may only be passed on here unchanged, alone or joined with other text, or tested for presence (has) and emptiness (== "")',
  )
}

/**
 * Reports inputs whose address is shown though their default may have a hidden value where a URL has its host or its
 * path.
 */
export function reportAddressed(places: readonly TemplatePlace[], declared: Declared, problems: Problems): void {
  for (const { reference, position } of places) {
    const name = openBehind(reference, declared)
    if (name !== undefined)
      problems.report(
        position,
        'concealed-value',
        `endpointOf(${reference}) may show ${name}, which is not declared public: the default of ${reference} joins it with other text, and no @ follows it as after a password. Declare it under variables (\`${name}: { exposure: public }\`) if it may be shown`,
      )
  }
}

/**
 * The variable, not public and not a URL itself, that an input's default joins with other text so that it may come to
 * stand for a host.
 */
function openBehind(reference: string, declared: Declared): string | undefined {
  const input = declared.inputs.find(({ name }) => `inputs.${name}` === reference)
  const own = input?.opens
    .map((open) => (open.startsWith('inputs.') ? concealedBehind(open, declared) : open.split('.')[1]!))
    .find(
      (name) => name !== undefined && exposureOf(name, declared) !== 'public' && exposureOf(name, declared) !== 'dsn',
    )
  const others = (input?.tellsOf ?? []).filter((each) => each.startsWith('inputs.'))
  return own ?? others.map((each) => openBehind(each, declared)).find((name) => name !== undefined)
}

function reportPlaces(places: readonly TemplatePlace[], declared: Declared, problems: Problems, rule: string): void {
  for (const { reference, position } of places) {
    const name = concealedBehind(reference, declared)
    if (name !== undefined)
      problems.report(
        position,
        'concealed-value',
        `${reference} ${rule}: ${name} is not declared public. Declare it under variables (\`${name}: { exposure: public }\`) if it may be shown; otherwise judge it with the secret probe`,
      )
  }
}

/**
 * The variable that is not public and whose value a reference gives: its own, or one that an input's default reveals.
 * Inputs read those above them, so this ends.
 */
function concealedBehind(reference: string, declared: Declared): string | undefined {
  const [root, name = ''] = reference.split('.')
  if (root !== 'inputs') return exposureOf(name, declared) === 'public' ? undefined : name
  const sources = declared.inputs.find((input) => input.name === name)?.tellsOf ?? []
  return sources.map((source) => concealedBehind(source, declared)).find((found) => found !== undefined)
}

function exposureOf(name: string, { variables }: Declared): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name]?.exposure : undefined
}

/** Variables that are declared secret, raw text that is not declared public, and inputs that may hold a credential. */
export function isSecret(reference: string, declared: Declared): boolean {
  const [root, name = ''] = reference.split('.')
  const exposure = exposureOf(name, declared)
  if (root === 'vars') return exposure === 'secret'
  if (root === 'env') return exposure !== 'public'
  return root === 'inputs' && declared.inputs.some((input) => input.name === name && input.secret)
}

/** The keys of an input that hold, once expressions have filled them, what may not be shown. */
export function hiddenInput({ leaves }: CompiledTemplate, declared: Declared): HiddenInput {
  const hidden: Record<string, HiddenInput[string]> = {}
  for (const leaf of leaves) {
    const key = String(leaf.path[0] ?? '')
    if (isOpen(leaf, declared)) hidden[key] = 'open'
    else if (leaf.inspected.some((reference) => isHidden(reference, declared))) hidden[key] ??= 'credential'
  }
  return Object.freeze(hidden)
}

function isHidden(reference: string, declared: Declared): boolean {
  return isSecret(reference, declared) || concealedBehind(reference, declared) !== undefined
}

/**
 * Whether what may not be shown may come to be where a URL has its host or its path. Of a connection URL in a longer
 * text no more shows than of it alone.
 */
function isOpen({ open, inspected }: TemplateLeaf, declared: Declared): boolean {
  const isUrl = (reference: string): boolean =>
    /^(?:env|vars)\./.test(reference) && declared.variables[reference.split('.')[1]!]?.exposure === 'dsn'
  return (
    open.some((reference) => isHidden(reference, declared) && !isUrl(reference)) ||
    inspected.some((reference) => reference.startsWith('inputs.') && openBehind(reference, declared) !== undefined)
  )
}
