import { Deadline, longestTimer } from '../../base/time/deadline.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { exampleCommand } from '../../checks/single-probe/compile-input.js'
import { withoutConcealed, withReasons } from '../../engine/plain-facts.js'
import { attemptProbe } from '../../engine/probe-attempt.js'
import type { Probe } from '../../engine/probe.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { readAddresses } from '../../net/read-addresses.js'
import { Secret, namesCredential, redactedMarker } from '../../redaction/secret-value.js'
import type { ActionCall, Operation, RunbookScope } from '../definition/runbook-definition.js'
import { NotPerformedError, type ActionDescription, type InlineProbe } from '../definition/step-kind.js'
import { concealedInRunbook, secretShown } from '../definition/runbook-vocabulary.js'
import { judgeStep } from './judge-step.js'

type Held = NonNullable<ActionCall['probe']>

/** Where a probe of a runbook observes. */
interface Around {
  readonly scope: RunbookScope
  readonly environment: TestedEnvironment
  /** Of the runbook's file. */
  readonly folder: string
}

/**
 * What a probe would be asked, as the command that asks it once.
 *
 * @throws NotPerformedError when an expression fails or the input does not fit the kind
 */
export function describeProbe(
  { of: probe, input, shown = input }: Held,
  scope: RunbookScope,
  environment: TestedEnvironment,
): Pick<ActionDescription, 'lines' | 'addresses'> {
  try {
    const given = shown.resolve(scope)
    const { addresses } = readAddresses(probe.addresses?.(probe.input.parse(given), environment) ?? [])
    return { lines: [exampleCommand(probe.kind, printable(given))], addresses }
  } catch (thrown) {
    throw new NotPerformedError(`the input of its probe cannot be used: ${describeThrown(thrown)}`)
  }
}

/** A value without what its key calls a credential; the rest is redacted where it is shown. */
function printable(value: unknown, key = ''): unknown {
  if (value instanceof Secret) return redactedMarker
  if (Array.isArray(value)) return value.map((item) => printable(item, key))
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && value !== secretShown && namesCredential(key) ? redactedMarker : value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, printable(item, name)]))
}

/** With what its facts are judged in: it says why a fact is absent. */
type HeldProbe = InlineProbe & { scope(): RunbookScope }

/** The probe that an operation holds, and what its expectations say of the facts. */
export function inlineProbe(operation: Operation, held: Held, around: Around, timeout: number): HeldProbe {
  let within = around.scope
  return {
    async observe(signal) {
      const { facts, concealed } = await observeInline(held, around, timeout, signal)
      within = withReasons(around.scope, concealed)
      return withoutConcealed(facts, concealed)
    },
    complaint(facts) {
      const judgement = judgeStep(operation, facts, within)
      return judgement.status === 'pass' ? undefined : judgement.message
    },
    scope: () => within,
  }
}

/**
 * One attempt of a probe.
 *
 * @param timeout milliseconds
 * @throws Error that says why there are no facts
 */
export async function observeInline(
  { of: probe, ...call }: Held,
  { scope, environment, folder }: Around,
  timeout: number,
  signal: AbortSignal,
): Promise<{
  readonly facts: Readonly<Record<string, unknown>>
  readonly concealed: Readonly<Record<string, string>>
}> {
  const { result, released } = await attemptProbe({
    definition: { probe: call, timeout, folder },
    probe: withoutDeclarations(probe),
    surroundings: { scope, environment, variables: {}, knownSecretsFile: undefined },
    deadline: Deadline.after(longestTimer),
    timeoutCap: undefined,
    signal,
    onReached: () => undefined,
  })
  await released
  if (result.kind !== 'observed') throw new Error(result.message)
  return result
}

function withoutDeclarations(probe: Probe): Probe {
  return { ...probe, concealed: (input) => concealedInRunbook(probe, input) }
}
