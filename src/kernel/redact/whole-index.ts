import type { Span } from './span.js'
import type { OwnedForm } from './window-index.js'

/** No form that is looked for is shorter. */
const HEAD = 4

/** Folds four UTF-16 units into 16 bits. */
function bucketOf(text: string, at: number): number {
  let hash = 0
  for (let i = 0; i < HEAD; i++) hash = (Math.imul(hash, 0x01000193) + text.charCodeAt(at + i)) | 0
  return (hash ^ (hash >>> 16)) & 0xffff
}

/** Forms too short to have a window: found only whole. Their first four characters choose the candidates. */
export class WholeIndex {
  readonly #buckets = new Map<number, OwnedForm[]>()
  readonly #taken = new Uint8Array(0x10000)

  constructor(forms: readonly OwnedForm[]) {
    for (const form of forms) {
      if (form.text.length < HEAD) continue
      const bucket = bucketOf(form.text, 0)
      this.#taken[bucket] = 1
      const present = this.#buckets.get(bucket)
      if (present) present.push(form)
      else this.#buckets.set(bucket, [form])
    }
  }

  /** Where the forms stand in a text, outside of `barriers` (sorted, disjoint); overlapping places are not joined. */
  find(text: string, barriers: readonly Span[], owners?: Set<number>): Span[] {
    const found: Span[] = []
    if (this.#buckets.size === 0) return found
    let barrier = 0
    for (let start = 0; start + HEAD <= text.length; start++) {
      const bucket = bucketOf(text, start)
      if (this.#taken[bucket] === 0) continue
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
