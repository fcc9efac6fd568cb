import { firstWholeLine, lastLines } from './log-tail.js'

/** The end of a program's output, of which no more is held than is kept. */
export class OutputEnd {
  #chunks: Buffer[] = []
  #held = 0
  #bytes = 0

  constructor(private readonly most: { readonly lines: number; readonly bytes: number }) {}

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    this.#bytes += chunk.length
    // One byte more shows whether the first line that fits is complete.
    while (this.#held - this.#chunks[0]!.length > this.most.bytes) this.#held -= this.#chunks.shift()!.length
  }

  /** Whole lines; the last may have no end, since the program has ended. */
  read(): { readonly text: string; readonly fromStart: boolean } {
    const held = Buffer.concat(this.#chunks)
    const isWhole = this.#bytes <= this.most.bytes
    const tail = lastLines(isWhole ? held : held.subarray(firstWholeLine(held, this.most.bytes)), this.most.lines)
    return { text: tail.toString('utf8').replaceAll('\0', ''), fromStart: isWhole && tail.length === held.length }
  }
}
