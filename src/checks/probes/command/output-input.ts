import { ProgramOutput, type ObservedOutput, type Stream } from '../../../processes/program-output.js'
import { TestTally, type TestCounts, type TestRunner } from './test-tally.js'

/** A command's output, and the tests that it tells of. */
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
