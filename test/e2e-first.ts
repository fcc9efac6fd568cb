import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Starts the tests of the whole product before the small ones. They take the longest, and one that comes last keeps the
 * other workers waiting; on a fresh checkout nothing is known of how long a file takes but its size, which says nothing
 * here.
 */
export class EndToEndFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isEndToEnd = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/e2e/')
    return [...sorted.filter(isEndToEnd), ...sorted.filter((file) => !isEndToEnd(file))]
  }
}
