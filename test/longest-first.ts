import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files and folders below test/ whose tests take longest, the longest first. On a fresh checkout it is unknown how long
 * a file takes.
 */
const longest = [
  'e2e/runbooks/bus.',
  'e2e/ci/templates.',
  'e2e/faults/',
  'sandbox/faults/apply.',
  'e2e/cli/wait.',
  'e2e/cli/exec.',
  'e2e/cli/sandbox.',
  'e2e/cli/report.',
  'e2e/runbooks/deploy.',
  'e2e/build.',
  'e2e/package.',
  'e2e/launchers.',
  'e2e/strangers/',
  'e2e/runbooks/decides/',
  'e2e/runbooks/signals/',
  'e2e/runbooks/next/after-kill.',
  'cli/asking-person.',
  'e2e/runbooks/crash/',
  'e2e/',
]

/**
 * Starts what takes longest before the rest: a long file that comes last keeps the other workers waiting, and the small
 * ones end together.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((place) => moduleId.includes(`/test/${place}`))
  return rank === -1 ? longest.length : rank
}
