import { changedFacts } from '../checks/result/result-difference/fact-differences.js'
import type { Failure, Incident } from './incident.js'
import type { ResultDocument } from '../checks/result/report.js'
import { type Snapshot, readSnapshot } from './snapshot/snapshot.js'
import { compareSnapshots, type SnapshotDifference } from './snapshot/compare-snapshots.js'
import { readIncident, type ReadIncident } from './read-incident.js'

/** One side of a comparison: a bundle, or a snapshot alone. */
export interface Side {
  readonly name: string
  readonly incident: Incident | undefined
  readonly result: ResultDocument | undefined
  readonly snapshot: Snapshot
  /** What of the bundle is not as it was captured. */
  readonly problems: readonly string[]
}

/** A check that is red on both sides, and what of it changed. */
export interface StillFailing {
  readonly id: string
  readonly was: Pick<Failure, 'status' | 'message'>
  readonly is: Pick<Failure, 'status' | 'message'>
  readonly changes: Failure['changes']
}

export interface IncidentDifference {
  readonly before: Side
  readonly after: Side
  readonly newlyFailing: readonly Failure[]
  readonly noLongerFailing: readonly Failure[]
  readonly stillFailing: readonly StillFailing[]
  readonly snapshot: SnapshotDifference
}

/** @throws BundleError, PreflightError or UsageError when a side is not an incident */
export async function compareIncidents(before: string, after: string): Promise<IncidentDifference> {
  return differenceOf(await readSide(before), await readSide(after))
}

/** Pure. */
export function differenceOf(before: Side, after: Side): IncidentDifference {
  const was = before.incident?.failures ?? []
  const is = after.incident?.failures ?? []
  return {
    before,
    after,
    newlyFailing: is.filter(({ id }) => !was.some((other) => other.id === id)),
    noLongerFailing: was.filter(({ id }) => !is.some((other) => other.id === id)),
    stillFailing: is.flatMap((failure) => {
      const other = was.find(({ id }) => id === failure.id)
      if (other === undefined) return []
      return [
        {
          id: failure.id,
          was: other,
          is: failure,
          changes: changedFacts(factsOf(before, failure.id), factsOf(after, failure.id)),
        },
      ]
    }),
    snapshot: compareSnapshots(before.snapshot, after.snapshot),
  }
}

function factsOf({ result }: Side, id: string): unknown {
  return result?.checks.find((check) => check.id === id)?.facts ?? {}
}

/** A file whose name ends in `.json` is a snapshot; all else a bundle. */
async function readSide(path: string): Promise<Side> {
  if (!path.endsWith('.json')) return sideOf(await readIncident(path))
  return { name: path, incident: undefined, result: undefined, snapshot: await readSnapshot(path), problems: [] }
}

function sideOf({ incident, result, snapshot, problems }: ReadIncident): Side {
  return { name: incident.id, incident, result, snapshot, problems }
}
