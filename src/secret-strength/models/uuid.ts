import { findUuids } from '../uuids.js'
import { kindBits } from './code-lengths.js'
import type { SpanModel } from './model.js'

/**
 * A UUID in its written form. Price: the bits its version leaves to chance (RFC 9562): 122 for version 4, none for the
 * others, which are made of clocks, addresses and names. The same one again is a copy, and costs as little.
 */
export const uuid: SpanModel = {
  *spans(view) {
    if (view.binary) return
    for (const { start, end, bits } of findUuids(view.text)) {
      yield { start, end, code: kindBits.uuid + 128, price: bits, family: 'uuid' }
    }
  },
}
