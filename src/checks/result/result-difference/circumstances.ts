import type { ResultDocument } from '../report.js'

/** Under what a run was made, where that differs: what is compared may not be comparable. */
export interface Circumstance {
  readonly what: string
  /** `null` where it is not known. */
  readonly from: string | null
  readonly to: string | null
}

export function circumstances(before: ResultDocument, after: ResultDocument): readonly Circumstance[] {
  const [was, is] = [circumstancesOf(before), circumstancesOf(after)]
  return Object.keys(is).flatMap((what) =>
    was[what] === is[what] ? [] : [{ what, from: was[what] ?? null, to: is[what] ?? null }],
  )
}

function circumstancesOf({ tool, run, state }: ResultDocument): Readonly<Record<string, string | null>> {
  const { git, lock, selection } = run
  return {
    state,
    profile: run.profile,
    deployment: run.deployment,
    definitions: run.definitionsDigest === '' ? null : run.definitionsDigest,
    selectors: selection.selectors.join(' '),
    stages: selection.stages.join(' '),
    skipped: selection.skipped.join(' '),
    lock:
      lock === undefined || lock === null
        ? null
        : `${lock.digest} (${lock.state === 'locked' ? 'kept' : 'another selection'})`,
    commit: git?.commit ?? null,
    'changed checkout': git === null ? null : git.dirty ? 'yes' : 'no',
    host: run.host,
    preflight: tool.version,
  }
}
