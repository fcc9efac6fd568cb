import type { ResultDocument } from '../../checks/result/report.js'

/** Which run this is: of what, where, when. One short phrase each. */
export function runFacts({ run }: ResultDocument): readonly string[] {
  const place = run.deployment === null ? run.host : `${run.deployment} from ${run.host}`
  const commit =
    run.git === null ? [] : [`commit ${run.git.commit.slice(0, 12)}${run.git.dirty ? ' (with changes)' : ''}`]
  return [
    `profile ${run.profile}`,
    place,
    run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    ...commit,
    `run ${run.id}`,
  ]
}
