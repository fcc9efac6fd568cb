/** In characters, and in lines. */
const mostText = 4000
const mostLines = 20

/** The last lines of an output, as a message can show them: whole ones only, blank ones left out. */
export class LastLines {
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
