const headBytes = 8 * 1024
const tailBytes = 24 * 1024

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
