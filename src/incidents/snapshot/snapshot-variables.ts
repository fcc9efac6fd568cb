import { createRedactor, lengthBucket, MARKER, type KnownSecret, type Redactor } from '../../redaction/redact.js'
import { isPlainText, valueShape } from '../../redaction/value-shape.js'
import type { GivenInputs } from '../../checks/load/resolve-inputs.js'
import type { Definitions } from '../../checks/definition.js'
import { driverContextOf } from '../../environment/driver-context.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { readVariable } from '../../environment/read-variable.js'
import type { SnapshotVariable } from './snapshot.js'
import { declarationsOf, knownSecrets, strictestExposure } from '../../checks/secrets.js'
import { isShowable } from '../../checks/run-context/judged-inputs.js'
import type { SnapshotKey } from './snapshot-key.js'

interface Disclosure {
  /** Names of the variables whose values are shown. */
  readonly shown: ReadonlySet<string>
  /**
   * Knows every other value. It knows no public text: where a shown value and a hidden one have a piece in common, the
   * piece is hidden.
   */
  readonly redactor: Redactor
}

/**
 * Which values may be shown. One that is hidden, for whatever reason, is a secret to all others from then on, so a
 * value that repeats a piece of it is hidden as well, until nothing changes any more.
 */
export function discloseVariables(
  definitions: Definitions,
  environment: TestedEnvironment,
  given: GivenInputs,
): Disclosure {
  const secrets = [...knownSecrets(definitions, environment, given), ...misplaced(definitions, environment)]
  const valueOf = (name: string): string => environment.get(name)!.reveal()
  const publicNames = environment
    .names()
    .filter((name) => valueOf(name) !== '' && strictestExposure(declarationsOf(definitions, name)) === 'public')
  let shown = publicNames.filter((name) => isShowable(valueOf(name), declarationsOf(definitions, name)))
  for (;;) {
    const hidden = publicNames
      .filter((name) => !shown.includes(name))
      .map((name): KnownSecret => ({ name, exposure: 'secret', value: valueOf(name) }))
    const redactor = createRedactor([...secrets, ...hidden])
    const still = shown.filter((name) => isFreeOfSecrets(valueOf(name), redactor))
    if (still.length === shown.length) return { shown: new Set(shown), redactor }
    shown = still
  }
}

/** Of a URL only its credentials are secret; of what is in its place and is not a URL, everything. */
function misplaced(definitions: Definitions, environment: TestedEnvironment): readonly KnownSecret[] {
  return environment.names().flatMap((name) => {
    const declarations = declarationsOf(definitions, name)
    const value = environment.get(name)!.reveal()
    const isMisplaced =
      strictestExposure(declarations) === 'dsn' &&
      !declarations.every((declaration) => readVariable(value, declaration, driverContextOf(environment)).valid)
    return isMisplaced ? [{ name, exposure: 'secret', value }] : []
  })
}

/** Every variable that is set or declared, as a snapshot shows it, by name. */
export function snapshotVariables(
  definitions: Definitions,
  environment: TestedEnvironment,
  { shown, redactor }: Disclosure,
  key: SnapshotKey,
): SnapshotVariable[] {
  const declared = definitions.packs.flatMap((pack) => Object.keys(pack.variables))
  const names = [...new Set([...environment.names(), ...declared])]
  const variables = names.map((name): SnapshotVariable => {
    const declarations = declarationsOf(definitions, name)
    const shownName = declarations.length > 0 || isShownName(name, redactor) ? name : `${MARKER} ${key.ofName(name)}`
    const hidden = {
      name: shownName,
      exposure: strictestExposure(declarations) ?? null,
      value: null,
      bytes: null,
      shape: null,
      fingerprint: null,
    }
    const value = environment.get(name)?.reveal()
    if (value === undefined) return { ...hidden, state: 'unset' }
    if (value === '') return { ...hidden, state: 'empty' }
    if (shown.has(name)) return { ...hidden, state: 'set', value }
    return {
      ...hidden,
      state: 'set',
      bytes: lengthBucket(value),
      shape: valueShape(value),
      fingerprint: key.ofValue(name, value),
    }
  })
  return variables.sort(byName)
}

function isFreeOfSecrets(text: string, redactor: Redactor): boolean {
  return redactor.text(text) === text && redactor.finds(text).length === 0
}

/** A line of a key that was taken for an assignment makes a name that is a piece of the key. */
function isShownName(name: string, redactor: Redactor): boolean {
  return isPlainText(name) && isFreeOfSecrets(name, redactor)
}

/** By code unit, so that the order is the same on every machine. */
function byName({ name: a }: SnapshotVariable, { name: b }: SnapshotVariable): number {
  return a < b ? -1 : a > b ? 1 : 0
}
