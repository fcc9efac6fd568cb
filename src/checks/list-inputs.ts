import { formatPosition } from '../base/errors.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import { noEnvironment } from '../environment/tested-environment.js'
import { Secret } from '../redaction/secret-value.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { refuseWrongSelection } from './list-checks.js'
import type { CheckDefinition, Pack } from './definition.js'
import { namedEnvironment, readWritten, scopesOf, withEnvironment, type Ground, type GroundOptions } from './ground.js'
import { fullInputName } from './input-names.js'
import { readsOf } from './load/reads-of.js'
import { selectedOf } from './plan/selected-of.js'
import { readConfiguration, type SelectionOptions } from './settings.js'

export interface ListedInput extends Pick<InputDefinition, 'name' | 'system' | 'type' | 'description' | 'secret'> {
  readonly isRequired: boolean
  /** Allowed values, where only some are. */
  readonly values: readonly string[] | undefined
  /** Redacted; `undefined` where it has none. */
  readonly value: string | undefined
  /** Why it has no value, or the empty string. */
  readonly problem: string
  /** Where its value comes from: `command line`, `preflight.yaml:7:3`, `default`; `none` for one that is missing. */
  readonly from: string
  /** The variables that its value is made from. */
  readonly variables: readonly { readonly name: string; readonly setAt: string | undefined }[]
  /** Ids of the checks that read it. */
  readonly checks: readonly string[]
}

interface InputsOptions extends GroundOptions {
  readonly selection: SelectionOptions
  /** Says something beside the list. */
  warn(text: string): void
}

/**
 * Every input of the packs in use, or of the selected checks: those that are missing first, then the required ones.
 *
 * @throws UsageError or DefinitionsError, whichever of the user's words is wrong
 */
export async function listInputs(options: InputsOptions): Promise<readonly ListedInput[]> {
  const configuration = await readConfiguration(options)
  const written = await readWritten(options, configuration)
  const { definitions } = written
  const sources = namedEnvironment(options.environment, configuration) ?? noEnvironment
  const ground = await withEnvironment(written, sources)
  for (const notice of unmaskableNotices(ground.redactor)) options.warn(notice)
  refuseWrongSelection({ ...options.selection, selectors: ['*'] }, configuration, definitions)
  const plan = selectedOf(definitions, options.selection, configuration)
  const checks = plan.checks.map(({ definition }) => definition)
  const scopes = scopesOf(ground, plan.profile)
  const isWhole = options.selection.selectors.length === 0
  const inputs = definitions.packs.flatMap((pack) =>
    pack.inputs.flatMap((input) => {
      const readers = checks.filter((check) => check.system === pack.system && check.inputs.includes(input.name))
      return readers.length === 0 && !isWhole ? [] : [listed(input, pack, readers, ground, scopes.get(pack.system)!)]
    }),
  )
  return inputs.toSorted((a, b) => rank(a) - rank(b))
}

const rank = ({ isRequired, from }: ListedInput): number => (from === 'none' ? 0 : isRequired ? 1 : 2)

type Scopes = ReturnType<typeof scopesOf>
type PackScope = Scopes extends ReadonlyMap<string, infer Scope> ? Scope : never

function listed(
  definition: InputDefinition,
  pack: Pack,
  readers: readonly CheckDefinition[],
  { written: { inputs: allGiven, unread: allUnread }, environment, redactor }: Ground,
  { inputs, absences }: PackScope,
): ListedInput {
  const { name, system, type, description, values } = definition
  const given = allGiven.get(fullInputName(definition))
  const unread = allUnread.get(fullInputName(definition))
  const reads = given === undefined ? readsOf([`inputs.${name}`], pack.inputs).variables : variablesOf(given.template)
  const value = inputs[name]
  const position = given?.position ?? unread?.position
  return {
    name,
    system,
    type,
    description,
    values,
    secret: definition.secret,
    isRequired: definition.default === undefined,
    value: value === undefined ? undefined : shown(value, definition.secret, redactor),
    problem: value === undefined ? redactor.text(absences?.[`inputs.${name}`] ?? '') : '',
    from:
      position !== undefined
        ? formatPosition(position)
        : given !== undefined
          ? 'command line'
          : definition.default === undefined
            ? 'none'
            : 'default',
    variables: reads.map((variable) => {
      const origin = environment.origin(variable)
      return {
        name: variable,
        setAt: origin === undefined ? undefined : `${origin.source}${origin.line === 0 ? '' : `:${origin.line}`}`,
      }
    }),
    checks: readers.map(({ id }) => id),
  }
}

function variablesOf(template: { readonly references: readonly string[] } | undefined): readonly string[] {
  return (template?.references ?? []).flatMap((reference) =>
    reference.startsWith('env.') ? [reference.slice('env.'.length)] : [],
  )
}

function shown(value: unknown, isSecret: boolean, redactor: Ground['redactor']): string {
  if (value === '') return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return isSecret ? String(new Secret(text)) : redactor.text(text)
}
