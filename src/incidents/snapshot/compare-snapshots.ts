import { lengthBucket, MARKER } from '../../redaction/redact.js'
import { valueShape } from '../../redaction/value-shape.js'
import type { Snapshot, SnapshotVariable } from './snapshot.js'

/**
 * Whether a value that is not shown is another one. Unknown under different keys, unless its length or kind differs.
 */
export type Changed = 'yes' | 'no' | 'unknown'

/** A variable of which both snapshots, or one, have a value. */
export type VariableDifference =
  | {
      readonly name: string
      readonly kind: 'appeared' | 'vanished'
      /** Shown ones only. */ readonly value: string | null
    }
  | { readonly name: string; readonly kind: 'value'; readonly from: string; readonly to: string }
  | { readonly name: string; readonly kind: 'hidden'; readonly changed: Changed }

/** Anything else that differs: `git commit`, from one text to another; `null` where it is not known. */
export interface SnapshotDifferenceLine {
  readonly what: string
  readonly from: string | null
  readonly to: string | null
}

export interface SnapshotDifference {
  /** ISO-8601, of both. */
  readonly takenAt: readonly [string, string]
  /** Whether both were made with the same key. */
  readonly isSameKey: boolean
  readonly facts: readonly SnapshotDifferenceLine[]
  /** By name. Shown ones that are equal are left out; hidden ones are all there. */
  readonly variables: readonly VariableDifference[]
}

/** What differs between two snapshots, the earlier one first. Pure. */
export function compareSnapshots(a: Snapshot, b: Snapshot): SnapshotDifference {
  const isSameKey = a.key.id === b.key.id
  const [before, after] = [byName(a), byName(b)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return {
    takenAt: [a.takenAt, b.takenAt],
    isSameKey,
    facts: factDifferences(a, b),
    variables: names.flatMap((name) => variableDifference(name, before.get(name), after.get(name), isSameKey)),
  }
}

/** A map, since `constructor` is a variable like any other. */
function byName({ variables }: Snapshot): ReadonlyMap<string, SnapshotVariable> {
  return new Map(variables.map((variable) => [variable.name, variable]))
}

/** One that is not there at all is as unset as one that a pack declares. */
function isThere(variable: SnapshotVariable | undefined): variable is SnapshotVariable {
  return variable !== undefined && variable.state !== 'unset'
}

function variableDifference(
  name: string,
  before: SnapshotVariable | undefined,
  after: SnapshotVariable | undefined,
  isSameKey: boolean,
): readonly VariableDifference[] {
  // A name that is not shown is known by its fingerprint, which says nothing under another key.
  if (!isSameKey && name.startsWith(MARKER)) return [{ name, kind: 'hidden', changed: 'unknown' }]
  if (!isThere(before)) return isThere(after) ? [{ name, kind: 'appeared', value: shown(after) }] : []
  if (!isThere(after)) return [{ name, kind: 'vanished', value: shown(before) }]
  const [from, to] = [shown(before), shown(after)]
  if (from !== null && to !== null) return from === to ? [] : [{ name, kind: 'value', from, to }]
  return [{ name, kind: 'hidden', changed: changedWithoutValues(before, after, isSameKey) }]
}

/** The value; of an empty one nothing has to be hidden. */
function shown({ state, value }: SnapshotVariable): string | null {
  return state === 'empty' ? '' : value
}

function changedWithoutValues(before: SnapshotVariable, after: SnapshotVariable, isSameKey: boolean): Changed {
  if (outline(before) !== outline(after)) return 'yes'
  // One that is shown in one of the two only may be hidden for another variable's sake, and still be the same.
  if (!isSameKey || before.fingerprint === null || after.fingerprint === null) return 'unknown'
  return before.fingerprint === after.fingerprint ? 'no' : 'yes'
}

/** What is reported even of a value that is not shown. */
function outline(variable: SnapshotVariable): string {
  const value = shown(variable)
  return value === null
    ? `${variable.bytes ?? ''} ${variable.shape ?? ''}`
    : `${lengthBucket(value)} ${valueShape(value)}`
}

function factDifferences(a: Snapshot, b: Snapshot): readonly SnapshotDifferenceLine[] {
  // A snapshot without a result knows of no servers, which is not to say that there were none.
  const hasServers = a.result !== null && b.result !== null
  const [before, after] = [factsOf(a, hasServers), factsOf(b, hasServers)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [from, to] = [before.get(what) ?? null, after.get(what) ?? null]
    return from === to ? [] : [{ what, from, to }]
  })
}

function factsOf(snapshot: Snapshot, hasServers: boolean): ReadonlyMap<string, string | null> {
  const { deployment, profile, host, tool, node, system, definitionsDigest, repository, servers } = snapshot
  return new Map<string, string | null>([
    ['deployment', deployment],
    ['profile', profile],
    ['host', host],
    ['preflight', tool.version],
    ['Node', node],
    ['distribution', system.distribution],
    ['kernel', `${system.kernel} ${system.architecture}`],
    ['definitions', definitionsDigest],
    ['git commit', repository?.commit ?? null],
    ['git branch', repository?.branch ?? null],
    ...(repository?.changed ?? []).map(({ state, file }) => [`changed file ${file}`, state.trim()] as const),
    ['more changed files', repository === null ? null : String(repository.omitted)],
    ...(hasServers ? servers : []).map(
      ({ name, version, check }) => [`server seen by ${check}`, `${name} ${version}`] as const,
    ),
  ])
}
