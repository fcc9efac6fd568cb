/** What may stand between a text and itself: `half-half`. */
const between = /^[^\p{L}\p{N}]{1,3}$/u

/**
 * What is written again and again in a text, once and without what stands between: the shortest beginning that the
 * whole text
 * repeats, at least twice, the last time perhaps cut off; the text itself where there is none. Linear (Knuth, Morris
 * and Pratt, 1977).
 */
export function writtenOnce(text: string): string {
  const period = text.length - longestBorder(text)
  const last = text.length % period
  if (last > 0 && period < text.length && between.test(text.slice(last, period))) return text.slice(0, last)
  return text.length >= 2 * period ? text.slice(0, period) : text
}

/** The length of the longest proper beginning of a text that is its end as well. */
function longestBorder(text: string): number {
  const borders = new Uint32Array(text.length + 1)
  let border = 0
  for (let at = 1; at < text.length; at++) {
    while (border > 0 && text.charCodeAt(at) !== text.charCodeAt(border)) border = borders[border] as number
    if (text.charCodeAt(at) === text.charCodeAt(border)) border++
    borders[at + 1] = border
  }
  return border
}
