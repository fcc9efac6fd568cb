import { stripVTControlCharacters } from 'node:util'
import { KeptOutput } from './kept-output.js'
import { LastLines } from './last-lines.js'
import { LineReader } from './line-reader.js'

export type Stream = 'stdout' | 'stderr'

export interface ObservedOutput {
  readonly stdout: string
  readonly stderr: string
  readonly tail: string
  readonly stdoutBytes: number
  readonly stderrBytes: number
  readonly truncated: boolean
  readonly lines: number
  readonly version: string
}

/** All that is made of a program's output, while it comes: nothing is held but what the facts show. */
export class ProgramOutput {
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
  readonly #tail = new LastLines()
  readonly #version = { full: '', short: '' }
  #lines = 0

  /** @param onLine told of every line of either stream as it is complete, without its end and without colours */
  constructor(private readonly onLine: (line: string) => void = () => {}) {}

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
    }
  }

  #either(line: string): void {
    this.#tail.push(line)
    this.onLine(line)
  }
}
