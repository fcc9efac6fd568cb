export const testRunners = ['none', 'pytest', 'cargo', 'vitest', 'jest', 'go'] as const
export type TestRunner = (typeof testRunners)[number]

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly errors: number
}

const none: TestCounts = { passed: 0, failed: 0, skipped: 0, errors: 0 }

/** By the word a runner uses; what is neither a pass, a failure, a skip nor an error (warnings, totals) counts as nothing. */
const meanings: Readonly<Record<string, keyof TestCounts>> = {
  passed: 'passed',
  xpassed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  // An expected failure shows nothing to work, and a deselected or unwritten test is one that did not run.
  xfailed: 'skipped',
  deselected: 'skipped',
  ignored: 'skipped',
  todo: 'skipped',
  pending: 'skipped',
  error: 'errors',
  errors: 'errors',
  PASS: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
}

/** The summary lines of each runner, on a line without colours. The first group holds `number word` pairs, or a verdict word. */
const summaries: readonly (readonly [TestRunner, RegExp])[] = [
  ['pytest', /^(?:=+ )?(\d{1,9} [a-z]{4,12}(?:, \d{1,9} [a-z]{4,12}){0,12}) in \d[\d.]{0,15}s(?: \([^)]{1,40}\))?(?: =+)?$/],
  ['pytest', /^(?:=+ )?(no tests ran) in \d[\d.]{0,15}s(?: =+)?$/],
  ['cargo', /^test result: (?:ok|FAILED)\. (\d{1,9} passed; \d{1,9} failed; \d{1,9} ignored)(?:;|$)/],
  ['vitest', /^ {0,8}Tests {1,4}((?:\d{1,9} [a-z]{4,16}(?: \| )?){1,8}) \(\d{1,9}\)$/],
  ['jest', /^Tests: {1,8}((?:\d{1,9} [a-z]{4,16}(?:, )?){1,8})$/],
  ['go', /^ {0,64}--- (PASS|FAIL|SKIP): \S/],
  ['go', /^(ok|FAIL|\?) {0,3}\t\S/],
]

/**
 * Adds up what test runners say in their summaries, line by line, so that output of any length is counted in full. A command
 * that runs several (cargo prints one result per binary) gets their sum. `go test` counts tests only with `-v`.
 */
export class TestTally {
  #runner: TestRunner = 'none'
  #counts: TestCounts = none

  /** The runner whose summary came first. */
  get runner(): TestRunner {
    return this.#runner
  }

  get counts(): TestCounts {
    return this.#counts
  }

  /** @param line of the command's output, without its end and without colours */
  line(line: string): void {
    for (const [runner, pattern] of summaries) {
      const summary = pattern.exec(line)?.[1]
      if (summary === undefined) continue
      if (this.#runner === 'none') this.#runner = runner
      this.#counts = runner === 'go' ? this.#plus(summary === 'FAIL' && line.startsWith('FAIL') ? '' : summary, 1) : this.#plusPairs(summary)
      return
    }
  }

  #plusPairs(summary: string): TestCounts {
    let counts = this.#counts
    for (const [, number = '0', word = ''] of summary.matchAll(/(\d+) ([a-z]+)/g)) counts = this.#plus(word, Number(number), counts)
    return counts
  }

  #plus(word: string, number: number, counts = this.#counts): TestCounts {
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined
    return meaning === undefined ? counts : { ...counts, [meaning]: counts[meaning] + number }
  }
}
