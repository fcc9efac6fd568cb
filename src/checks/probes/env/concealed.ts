import type { Concealed, HiddenInput } from '../../../engine/probe.js'
import { variableTypeOf } from '../../../environment/read-variable.js'
import type { VariableDeclaration, VariableReading } from '../../../environment/variable-reading.js'
import { redactedMarker } from '../../../redaction/secret-value.js'
import type { UrlParts } from '../../../net/url.js'
import { remoteHosts } from '../../../net/trusted-network.js'

const urlFactNames = [
  'scheme',
  'host',
  'port',
  'path',
  'user',
  'hasPassword',
  'unsentUserInfo',
  'query',
  'encrypted',
  'remoteHosts',
] as const

const valueFactNames = ['value', 'int', 'number', 'bool'] as const

const shownFactNames = [...valueFactNames, ...urlFactNames]

/** By fact, the reading steps that give it. */
const numberSteps = ['python-int', 'python-float', 'rust-integer', 'pydantic-int']

const truthSteps = ['only-true', 'true-or-one', 'pydantic-bool']

/**
 * The facts that say nothing of the variables named: the value of one that is not public, and whatever their reading
 * does not give.
 *
 * @param input as far as it is known
 */
export function concealedFacts(
  input: unknown,
  variables: Readonly<Record<string, VariableDeclaration>>,
  { otherwise }: HiddenInput,
): Concealed {
  const { name, first, every } = (typeof input === 'object' && input !== null ? input : {}) as {
    readonly name?: unknown
    readonly first?: unknown
    readonly every?: unknown
  }
  if (every !== undefined)
    return concealing(shownFactNames, 'with `every` no value is shown: read one variable by its name')
  const declarationOf = (each: string) => (Object.hasOwn(variables, each) ? variables[each] : undefined)
  const names = [name, ...(Array.isArray(first) ? (first as readonly unknown[]) : [])].filter(
    (each) => typeof each === 'string',
  )
  if (names.length === 1 && otherwise === undefined) return concealedOf(names[0]!, declarationOf(names[0]!))
  const instead =
    'the value of `otherwise` may contain a value that must not be shown: read the variable without it, or use only public values in it'
  const ofOtherwise =
    otherwise === undefined ? {} : concealing(otherwise === 'open' ? shownFactNames : valueFactNames, instead)
  return Object.assign({}, ofOtherwise, ...names.map((each) => concealedOf(each, declarationOf(each)))) as Concealed
}

/** Made once for each variable: many checks read the same, each when it is compiled and when it runs. */
const known = new WeakMap<VariableDeclaration, Map<string, Concealed>>()

function concealedOf(name: string, declaration: VariableDeclaration | undefined): Concealed {
  if (declaration === undefined) return concealedAnew(name, declaration)
  const byName = known.get(declaration) ?? new Map<string, Concealed>()
  known.set(declaration, byName)
  const before = byName.get(name)
  if (before !== undefined) return before
  const concealed = Object.freeze(concealedAnew(name, declaration))
  byName.set(name, concealed)
  return concealed
}

function concealedAnew(name: string, declaration: VariableDeclaration | undefined): Concealed {
  const hidden = `${name} is not declared public: declare it under variables (\`${name}: { exposure: public }\`) if it may be shown; otherwise judge it with the secret probe`
  if (declaration === undefined || declaration.exposure === 'secret') return concealing(shownFactNames, hidden)
  return {
    ...(declaration.exposure === 'dsn' ? concealing(valueFactNames, hidden) : concealedByType(name, declaration)),
    ...(declaration.reads.includes('url')
      ? {}
      : concealing(urlFactNames, `${name} is not read as a URL: declare it with \`reads: [url]\``)),
  }
}

function concealedByType(name: string, declaration: VariableDeclaration): Concealed {
  const type = variableTypeOf(declaration)
  const unread = (steps: readonly string[]): string =>
    `${name} is not read as such a value: declare it with one of ${steps.join(', ')} under \`reads\``
  return {
    ...(type === 'int' ? {} : concealing(['int'], unread(['python-int', 'rust-integer', 'pydantic-int']))),
    ...(type === 'int' || type === 'double' ? {} : concealing(['number'], unread(numberSteps))),
    ...(type === 'bool' ? {} : concealing(['bool'], unread(truthSteps))),
  }
}

/** Facts with one reason for all of them. */
function concealing(facts: readonly string[], reason: string): Concealed {
  return Object.fromEntries(facts.map((fact) => [fact, reason]))
}

/** What may be shown of what stands for a variable: never more than of what it was made of. */
export function exposureOfOtherwise(
  { exposure }: VariableDeclaration,
  { otherwise }: HiddenInput,
): VariableDeclaration['exposure'] {
  if (otherwise === 'open') return 'secret'
  return otherwise === 'credential' && exposure === 'public' ? 'dsn' : exposure
}

/** What a value shows of itself, by what may be shown of the variable that it is read as. */
export function shownFacts(reading: VariableReading, { exposure }: VariableDeclaration, trusted: readonly string[]) {
  if (exposure === 'secret') return {}
  const parts = reading.url === undefined ? {} : urlFacts(reading.url, trusted)
  if (exposure === 'dsn') return parts
  return {
    ...parts,
    value: carriesCredentials(reading) ? '' : reading.text,
    int: reading.int,
    number: finite(reading.number),
    bool: reading.bool,
  }
}

/**
 * The facts that this very value does not give, though its variable may be shown: their blanks would say something of
 * it that is not so.
 */
export function withheldFacts(reading: VariableReading, declaration: VariableDeclaration): Concealed {
  const { reason, valid, number } = reading
  const type = variableTypeOf(declaration)
  const isNumber = type === 'int' || type === 'double'
  // One that parsed and is only out of bounds has its number.
  const isUnread = isNumber && !valid && number === 0
  return {
    ...(declaration.reads.includes('url') && reading.url === undefined
      ? concealing(urlFactNames, `the target cannot read the value as a URL (${reason}): expect facts.valid first`)
      : {}),
    ...(carriesCredentials(reading)
      ? concealing(
          ['value'],
          'the value is a URL with credentials, and is not shown: use facts.host and the other parts',
        )
      : {}),
    ...(isUnread ? concealing(['int', 'number'], `the value ${reason}: expect facts.valid first`) : {}),
    ...(isNumber && !Number.isFinite(number)
      ? concealing(
          ['int', 'number'],
          'the value is not a finite number, and no comparison would show it: compare facts.value',
        )
      : {}),
  }
}

function carriesCredentials({ url }: VariableReading): boolean {
  return url !== undefined && (url.hasPassword || url.user !== '' || url.unsentUserInfo === true)
}

function finite(number: number): number {
  return Number.isNaN(number) ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number))
}

const namesCredential = /pass|pwd|secret|token|key|cred|auth|sign|jwt/i

/** What a URL shows without its credentials; a user alone may be a token. */
function urlFacts({ hosts, ...parts }: UrlParts, trusted: readonly string[]) {
  const query = Object.entries(parts.query).map(([name, value]): [string, string] => [
    name,
    namesCredential.test(name) ? redactedMarker : value,
  ])
  return {
    ...parts,
    user: parts.hasPassword ? parts.user : '',
    query: Object.fromEntries(query),
    remoteHosts: [...remoteHosts(hosts, trusted)],
  }
}
