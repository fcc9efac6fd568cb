/** Numbers, of which the lowest is taken first: a binary heap. */
export class NumberHeap {
  readonly #numbers: number[] = []

  get first(): number | undefined {
    return this.#numbers[0]
  }

  add(number: number): void {
    const numbers = this.#numbers
    let at = numbers.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if (numbers[above]! <= number) break
      numbers[at] = numbers[above]!
      at = above
    }
    numbers[at] = number
  }

  take(): number | undefined {
    const numbers = this.#numbers
    const [first] = numbers
    const last = numbers.pop()
    if (last === undefined || numbers.length === 0) return first
    let at = 0
    for (let below = 1; below < numbers.length; below = 2 * at + 1) {
      if (below + 1 < numbers.length && numbers[below + 1]! < numbers[below]!) below += 1
      if (numbers[below]! >= last) break
      numbers[at] = numbers[below]!
      at = below
    }
    numbers[at] = last
    return first
  }
}
