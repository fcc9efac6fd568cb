import { different, notCompared, same, unstated, type Comparison, type ExpectedEnvironment } from './demands.js'
import type { PreflightRun } from './statement.js'

/** Names that a message lists at most. */
const mostNames = 10

/** The environment under test, variable by variable, by fingerprints: equal ones only under the same key. */
export function compareEnvironment(
  { context }: Pick<PreflightRun, 'context'>,
  expected: ExpectedEnvironment | undefined,
): Comparison {
  const isExpected = expected !== undefined
  if (context === undefined) return notCompared('environment', isExpected, unstated)
  const { fingerprints } = context
  if (fingerprints === null)
    return notCompared(
      'environment',
      isExpected,
      'the attestation holds no fingerprints: the run had no --fingerprint-key',
    )
  if (expected === undefined || expected.keyId !== fingerprints.keyId) {
    return notCompared(
      'environment',
      isExpected,
      `key ${fingerprints.keyId} needed${expected?.keyId === undefined ? '' : `, found key ${expected.keyId}`}`,
    )
  }
  if (expected.hmac === undefined)
    return notCompared('environment', true, 'nothing was given to compare it with (--environment FILE)')
  if (expected.hmac === fingerprints.environment) return same('environment')
  const attested = new Map(fingerprints.variables.map(({ name, hmac }) => [name, hmac]))
  const values = new Map(context.variables.map(({ name, value }) => [name, value]))
  // What the attestation calls public may be shown of either side, and nothing else.
  const expectedWords = (name: string): string => worded(values.has(name) ? expected.shown(name) : undefined)
  const found = [
    ...[...attested].flatMap(([name, hmac]) => {
      if (!expected.variables.has(name)) return [`${name} (expected none, attested ${worded(values.get(name))})`]
      return expected.variables.get(name) === hmac
        ? []
        : [`${name} (expected ${expectedWords(name)}, attested ${worded(values.get(name))})`]
    }),
    ...[...expected.variables.keys()]
      .filter((name) => !attested.has(name))
      .map((name) => `${name} (expected ${expectedWords(name)}, attested none)`),
  ].toSorted()
  const more = found.length > mostNames ? `, and ${found.length - mostNames} more` : ''
  return different(
    'environment',
    found.length === 0
      ? 'a variable differs whose name is not shown'
      : `differs: ${found.slice(0, mostNames).join(', ')}${more}`,
  )
}

function worded(value: string | undefined): string {
  return value === undefined ? 'a value that is not shown' : JSON.stringify(value)
}
