import { ProgramOutput, type ObservedOutput, type Stream } from '../../../processes/program-output.js'

export const testRunners = ['none', 'pytest', 'cargo', 'vitest', 'jest', 'go'] as const

type TestRunner = (typeof testRunners)[number]

interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** Skipped, ignored or still to be written. */
  readonly skipped: number
  /** Outside a test: in its set-up, or in collecting tests. */
  readonly errors: number
  /** Deselected, or expected to fail and failing. */
  readonly uncounted: number
}

const none: TestCounts = { passed: 0, failed: 0, skipped: 0, errors: 0, uncounted: 0 }

/** By the word a runner uses; any other word (warnings, total) counts as nothing. */
const meanings: Readonly<Record<string, keyof TestCounts>> = {
  passed: 'passed',
  xpassed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  ignored: 'skipped',
  todo: 'skipped',
  pending: 'skipped',
  error: 'errors',
  errors: 'errors',
  xfailed: 'uncounted',
  deselected: 'uncounted',
  PASS: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
}

interface Summary {
  readonly runner: TestRunner
  /** Its first group holds `number word` pairs, or one word that stands for one test. */
  readonly pattern: RegExp
}

/** The summary lines of each runner, as they are without colours. */
const summaries: readonly Summary[] = [
  {
    runner: 'pytest',
    pattern:
      /^(?:=+ )?(\d{1,9} [a-z]{4,12}(?: [a-z]{4,12})?(?:, \d{1,9} [a-z]{4,12}(?: [a-z]{4,12})?){0,12}|no tests ran) in \d[\d.]{0,15}s(?: \([^)]{1,40}\))?(?: =+)?$/,
  },
  {
    runner: 'cargo',
    pattern: /^test result: (?:ok|FAILED)\. (\d{1,9} passed; \d{1,9} failed; \d{1,9} ignored)(?:;|$)/,
  },
  {
    runner: 'vitest',
    pattern: /^ {0,8}Tests {1,4}(\d{1,9} [a-z ]{4,24}(?: \| \d{1,9} [a-z ]{4,24}){0,8}) \(\d{1,9}\)$/,
  },
  { runner: 'jest', pattern: /^Tests: {1,8}(\d{1,9} [a-z]{4,16}(?:, \d{1,9} [a-z]{4,16}){0,8})$/ },
  { runner: 'go', pattern: /^ {0,64}--- (PASS|FAIL|SKIP): \S/ },
  { runner: 'go', pattern: /^(?:ok {2}|FAIL|\? {3})\t(\S)/ },
]

/**
 * Adds up what test runners say in their summaries, line by line, so that output of any length is counted in full. A
 * command that runs several (cargo prints one result per binary) gets their sum. `go test` counts tests only with `-v`.
 */
export class TestTally {
  #runner: TestRunner = 'none'
  #counts = none

  /** The runner whose summary came first. */
  get runner(): TestRunner {
    return this.#runner
  }

  get counts(): TestCounts {
    return this.#counts
  }

  /** @param line of the command's output, without its end and without colours */
  line(line: string): void {
    for (const { runner, pattern } of summaries) {
      const summary = pattern.exec(line)?.[1]
      if (summary === undefined) continue
      if (this.#runner === 'none') this.#runner = runner
      const pairs = [...summary.matchAll(/(\d+) ([a-z]+)/g)]
      if (pairs.length === 0) this.#add(summary, 1)
      for (const [, number = '0', word = ''] of pairs) this.#add(word, Number(number))
      return
    }
  }

  #add(word: string, number: number): void {
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined
    if (meaning !== undefined) this.#counts = { ...this.#counts, [meaning]: this.#counts[meaning] + number }
  }
}

/** A command's output, and the tests that it reports. */
export class CommandOutput {
  readonly #tally = new TestTally()
  readonly #output = new ProgramOutput((line) => this.#tally.line(line))

  push(stream: Stream, chunk: Buffer): void {
    this.#output.push(stream, chunk)
  }

  /** What came, once no more will. */
  observed(): ObservedOutput & TestCounts & { readonly runner: TestRunner } {
    return { ...this.#output.observed(), runner: this.#tally.runner, ...this.#tally.counts }
  }
}
