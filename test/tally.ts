import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run's output with one plain line of figures, for a reader of only that. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const count = (state: string): number => states.filter((each) => each === state).length
    // A file that could not be loaded has no tests to fail, and is a failure.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length
    process.on('exit', () =>
      process.stdout.write(
        `\n${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
      ),
    )
  }
}
