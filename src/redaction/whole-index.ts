import type { TextUnits, TextSpan } from './span.js'
import type { OwnedForm } from './window-index.js'

/** No form that is looked for is shorter. */
const HEAD = 4

/** Folds four UTF-16 units, one byte of each, into 16 bits. */
function slotOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> 16
}

function headOf(text: string): number {
  let head = 0
  for (let i = 0; i < HEAD; i++) head = (head << 8) | (text.charCodeAt(i) & 0xff)
  return head
}

/** Forms too short to have a window: found only whole. Their first four characters choose the candidates. */
export class WholeIndex {
  readonly #buckets = new Map<number, OwnedForm[]>()
  readonly #taken = new Uint8Array(0x10000)

  constructor(forms: readonly OwnedForm[]) {
    for (const form of forms) {
      if (form.text.length < HEAD) continue
      const bucket = slotOf(headOf(form.text))
      this.#taken[bucket] = 1
      const present = this.#buckets.get(bucket)
      if (present) present.push(form)
      else this.#buckets.set(bucket, [form])
    }
  }

  /** Where the forms are in a text, outside of `barriers` (sorted, disjoint); overlapping places are not joined. */
  find({ text, units }: TextUnits, barriers: readonly TextSpan[], owners?: Set<number>): TextSpan[] {
    const found: TextSpan[] = []
    if (this.#buckets.size === 0) return found
    let barrier = 0
    const taken = this.#taken
    let head = 0
    for (let at = 0; at < units.length; at++) {
      head = (head << 8) | (units[at]! & 0xff)
      const bucket = slotOf(head)
      if (taken[bucket] === 0 || at < HEAD - 1) continue
      const start = at - HEAD + 1
      while (barrier < barriers.length && (barriers[barrier]?.end ?? 0) <= start) barrier++
      const limit = barriers[barrier]?.start ?? Infinity
      for (const form of this.#buckets.get(bucket) ?? []) {
        const end = start + form.text.length
        if (end > limit || !text.startsWith(form.text, start)) continue
        found.push({ start, end })
        owners?.add(form.owner)
      }
    }
    return found
  }
}
