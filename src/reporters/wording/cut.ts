/** The beginning of a text, at most so many characters with the `…` that says it was cut. Never half of a surrogate pair. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const end = longest - 1
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
  return `${text.slice(0, isInsidePair ? end - 1 : end)}…`
}
