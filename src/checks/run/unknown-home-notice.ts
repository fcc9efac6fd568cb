import type { Outcome } from '../outcome.js'
import { unknownHomeFact } from '../../environment/target-files.js'

/** What a run says once where checks connected without a look into the home of the service's account. */
export function unknownHomeNotice(outcomes: readonly Outcome[]): readonly string[] {
  const blind = outcomes.flatMap(({ id, facts }) => {
    const files: unknown = facts[unknownHomeFact]
    return Array.isArray(files) && files.length > 0 ? [{ id, files: files.map(String) }] : []
  })
  if (blind.length === 0) return []
  const files = [...new Set(blind.flatMap((each) => each.files))].join(', ')
  const checks = blind.map(({ id }) => id).join(', ')
  return [
    `${checks} did not look for ${files} in the home of the service's account, as the service's driver does: name the home with --input service_home=/home/ACCOUNT`,
  ]
}
