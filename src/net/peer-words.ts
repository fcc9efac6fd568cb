import { redactedMarker, type Secret } from '../redaction/secret-value.js'

const longestDetail = 300

/** Shorter credentials would mask letters of ordinary words; the redaction before every output judges those. */
const shortestMasked = 4

/**
 * What a peer said, fit for a `problem`'s detail: on one line, at most 300 characters, and without the credentials that
 * were sent to it, since old servers quote the command they did not understand.
 */
export function peerWords(text: string, sent: readonly (Secret | undefined)[] = []): string {
  let words = text
  for (const secret of sent) {
    const value = secret?.reveal() ?? ''
    if (value.length >= shortestMasked) words = words.split(value).join(redactedMarker)
  }
  words = words.replace(/\s+/g, ' ').trim()
  return words.length > longestDetail ? `${words.slice(0, longestDetail - 1)}…` : words
}
