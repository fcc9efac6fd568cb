import { z } from 'zod'

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

/** One test of the runner's report. */
export interface TestCase {
  /** Path of its file. */
  readonly file: string
  readonly ancestors: readonly string[]
  readonly title: string
  /** Passed, failed, skipped, and others. */
  readonly status: string
}

/** The tests of a report of vitest's reporter json. */
export function readTestReport(text: string): readonly TestCase[] {
  return reportSchema.parse(JSON.parse(text)).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: name,
      ancestors: ancestorTitles,
      title,
      status,
    })),
  )
}

/** The line of figures that a run of the tests ends with. */
export function tallyOf(tests: readonly TestCase[]): string {
  const count = (wanted: string): number => tests.filter(({ status }) => status === wanted).length
  const [passed, failed] = [count('passed'), count('failed')]
  return `${passed} passed, ${failed} failed, ${tests.length - passed - failed} skipped`
}
