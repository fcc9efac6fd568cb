import { stripVTControlCharacters } from 'node:util'
import { StringDecoder } from 'node:string_decoder'

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

/** In characters, and in lines. */
const mostText = 4000

const mostLines = 20

/** The last lines of an output, as a message can show them: whole ones only, blank ones left out. */
class LastLines {
  #lines: string[] = []

  push(line: string): void {
    if (line.trim() === '') return
    this.#lines.push(line)
    if (this.#lines.length > mostLines) this.#lines.shift()
  }

  text(): string {
    let first = this.#lines.length
    for (let room = mostText; first > 0; first -= 1) {
      room -= (this.#lines[first - 1] ?? '').length + 1
      if (room < 0) break
    }
    return this.#lines.slice(first).join('\n')
  }
}

const headBytes = 8 * 1024

const tailBytes = 24 * 1024

/** Bytes up to which a stream is kept whole. */
export const keptBytes = headBytes + tailBytes

/**
 * What is kept of a stream of any length: all of it up to 32 KiB, else its beginning and its end. The cut falls between
 * lines, so that no half of a secret is left for the redaction to miss.
 */
export class KeptOutput {
  #head = Buffer.alloc(0)
  #tail = Buffer.alloc(0)
  #bytes = 0

  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    const room = headBytes - this.#head.length
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)])
    const rest = chunk.subarray(Math.max(0, room))
    if (rest.length > 0) this.#tail = Buffer.concat([this.#tail, rest.subarray(-tailBytes)]).subarray(-tailBytes)
  }

  /** Bytes that came, kept or not. */
  get bytes(): number {
    return this.#bytes
  }

  get truncated(): boolean {
    return this.#bytes > this.#head.length + this.#tail.length
  }

  text(): string {
    if (!this.truncated) return Buffer.concat([this.#head, this.#tail]).toString('utf8')
    const head = this.#head.subarray(0, this.#head.lastIndexOf('\n') + 1)
    const firstBreak = this.#tail.indexOf('\n')
    const tail = firstBreak === -1 ? Buffer.alloc(0) : this.#tail.subarray(firstBreak + 1)
    return `${head.toString('utf8')}… ${this.#bytes - head.length - tail.length} bytes left out …\n${tail.toString('utf8')}`
  }
}

/**
 * Of longer lines only the fact is shown: a bound on what a stream without line ends can make us hold. In characters.
 */
const longestLine = 4096

/**
 * Cuts a stream into lines as they come, without colours. A carriage return ends a line too: progress bars use it so.
 */
class LineReader {
  readonly #decoder = new StringDecoder('utf8')
  #pending = ''
  #dropped = 0

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const pieces = this.#decoder.write(chunk).split(/\r\n|\n|\r/)
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) this.#emit()
      this.#pending += piece
      if (this.#pending.length > longestLine) {
        this.#dropped += this.#pending.length
        this.#pending = ''
      }
    }
  }

  /** Hands on a last line that no line end followed. */
  end(): void {
    this.#pending += this.#decoder.end()
    if (this.#pending !== '' || this.#dropped > 0) this.#emit()
  }

  #emit(): void {
    const line =
      this.#dropped === 0
        ? stripVTControlCharacters(this.#pending)
        : `… a line of ${this.#dropped + this.#pending.length} characters left out …`
    this.#pending = ''
    this.#dropped = 0
    this.onLine(line)
  }
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

  /** @param onLine called with every line of either stream as it is complete, without its end and without colours */
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
