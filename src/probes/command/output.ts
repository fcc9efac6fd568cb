import { stripVTControlCharacters } from 'node:util'
import { KeptOutput } from './kept-output.js'
import { LastLines } from './last-lines.js'
import { LineReader } from './line-reader.js'
import { TestTally, type TestCounts, type TestRunner } from './test-tally.js'

export type Stream = 'stdout' | 'stderr'

export interface ObservedOutput extends TestCounts {
  readonly stdout: string
  readonly stderr: string
  readonly tail: string
  readonly stdoutBytes: number
  readonly stderrBytes: number
  readonly truncated: boolean
  readonly lines: number
  readonly version: string
  readonly runner: TestRunner
}

/** All that is made of a command's output, while it comes: nothing is held but what the facts show. */
export class CommandOutput {
  readonly #kept = { stdout: new KeptOutput(), stderr: new KeptOutput() }
  readonly #readers = {
    stdout: new LineReader((line) => {
      this.#lines += 1
      this.#version.full ||= /\d{1,9}(?:\.\d{1,9}){2,3}/.exec(line)?.[0] ?? ''
      this.#version.short ||= /\d{1,9}\.\d{1,9}/.exec(line)?.[0] ?? ''
      this.#either(line)
    }),
    stderr: new LineReader((line) => this.#either(line)),
  }
  readonly #tally = new TestTally()
  readonly #tail = new LastLines()
  readonly #version = { full: '', short: '' }
  #lines = 0

  push(stream: Stream, chunk: Buffer): void {
    this.#kept[stream].push(chunk)
    this.#readers[stream].push(chunk)
  }

  /** What came, once no more will. */
  observed(): ObservedOutput {
    this.#readers.stdout.end()
    this.#readers.stderr.end()
    const { stdout, stderr } = this.#kept
    return {
      stdout: stripVTControlCharacters(stdout.text()),
      stderr: stripVTControlCharacters(stderr.text()),
      tail: this.#tail.text(),
      stdoutBytes: stdout.bytes,
      stderrBytes: stderr.bytes,
      truncated: stdout.truncated || stderr.truncated,
      lines: this.#lines,
      version: this.#version.full || this.#version.short,
      runner: this.#tally.runner,
      ...this.#tally.counts,
    }
  }

  #either(line: string): void {
    this.#tally.line(line)
    this.#tail.push(line)
  }
}
