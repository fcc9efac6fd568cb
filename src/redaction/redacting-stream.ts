import { Transform, type TransformCallback } from 'node:stream'
import { BlockScrubber, type Find } from './block-scrubber.js'
import { losslessBytes, LosslessDecoder } from './lossless-utf8.js'
import { MARKER } from './marker.js'

/**
 * A stream of UTF-8 text that comes out scrubbed; about 75,000 characters are held back. Bytes that are no UTF-8 come
 * out as
 * they went in. An error inside ends the output with a marker and drops the rest: what could not be looked at is not
 * passed.
 */
export function redactingStream(find: Find): Transform {
  const decoder = new LosslessDecoder()
  const scrubber = new BlockScrubber(find)
  let isBroken = false
  const guarded = (step: () => string, done: TransformCallback): void => {
    let output = ''
    if (!isBroken) {
      try {
        output = step()
      } catch {
        isBroken = true
        output = MARKER
      }
    }
    done(null, decoder.hasEscaped ? losslessBytes(output) : output)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      guarded(() => scrubber.push(decoder.write(chunk)), done)
    },
    flush(done) {
      guarded(() => scrubber.push(decoder.end()) + scrubber.end(), done)
    },
  })
}
