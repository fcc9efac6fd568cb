/**
 * The beginning of a text, at most so many characters with the `…` that says it was cut. Never half of a surrogate
 * pair.
 */
export function beginningOf(text: string, longest: number): string {
  if (text.length <= longest) return text
  const end = longest - 1
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
  return `${text.slice(0, isInsidePair ? end - 1 : end)}…`
}

/**
 * How much of a text that is cut goes to its beginning: the cause of a failed command stands at the end of what it
 * printed.
 */
const shareOfBeginning = 0.4

/**
 * The beginning and the end of a text, at most so many characters with the `…` between them. Never half of a surrogate
 * pair.
 */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const beginning = beginningOf(text, Math.max(1, Math.floor(longest * shareOfBeginning)))
  const rest = longest - beginning.length
  const start = text.length - rest
  const isInsidePair = /[\uDC00-\uDFFF]/.test(text.charAt(start))
  return beginning + (rest === 0 ? '' : text.slice(isInsidePair ? start + 1 : start))
}
