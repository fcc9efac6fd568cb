import { different, notCompared, same, unstated, type Comparison, type ExpectedInput } from './demands.js'
import type { PreflightRun } from './statement.js'

/**
 * The inputs that the judged checks read: in clear where they are stated so, else by fingerprints under the same key.
 */
export function compareInputs(
  { context }: Pick<PreflightRun, 'context'>,
  expected: readonly ExpectedInput[] | undefined,
  keyId: string | undefined,
): Comparison {
  if (context === undefined) return notCompared('inputs', expected !== undefined, unstated)
  if (expected === undefined) return notCompared('inputs', false, 'none were given (--inputs FILE)')
  const differing: string[] = []
  const unknown: string[] = []
  for (const input of expected) {
    const judged = context.inputs.filter(
      ({ system, name }) => input.name === name || input.name === `${system}.${name}`,
    )
    if (judged.length === 0) differing.push(`${input.name} (expected, but no judged check reads it)`)
    for (const { system, name, value } of judged) {
      if (value !== null) {
        if (!isSame(value, input.value))
          differing.push(
            `${input.name} (expected ${JSON.stringify(input.shown)}, attested ${JSON.stringify(listText(value))})`,
          )
        continue
      }
      const attested = context.fingerprints?.inputs.find((each) => each.system === system && each.name === name)?.hmac
      if (attested === undefined || keyId !== context.fingerprints?.keyId || input.hmac === undefined)
        unknown.push(input.name)
      else if (attested !== input.hmac(system, name)) differing.push(`${input.name} (neither value is shown)`)
    }
  }
  if (differing.length > 0) return different('inputs', `differ: ${differing.join(', ')}`)
  if (unknown.length === 0) return same('inputs')
  const needed =
    context.fingerprints === null ? 'the attestation holds no fingerprints' : `key ${context.fingerprints.keyId} needed`
  return notCompared(
    'inputs',
    true,
    `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not stated in clear: ${needed}`,
  )
}

/** A list is the same as the text that gives it on the command line. */
function isSame(attested: string | readonly string[], expected: string | readonly string[]): boolean {
  return typeof attested !== 'string' && typeof expected === 'string'
    ? listText(attested) ===
        expected
          .split(',')
          .map((item) => item.trim())
          .join(',')
    : JSON.stringify(attested) === JSON.stringify(expected)
}

function listText(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(',')
}
