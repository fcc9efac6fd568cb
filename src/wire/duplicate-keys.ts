/** A string, or one of the characters that structure JSON. Numbers, words and blanks between them are passed over. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs

/**
 * Whether an object anywhere in a JSON text names a key twice, after escapes: readers differ in which value they take.
 *
 * @param text what `JSON.parse` accepts; of anything else the answer means nothing
 */
export function hasDuplicateKeys(text: string): boolean {
  /** For each open container its keys so far; `undefined` for a list. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  for (const [token] of text.matchAll(tokens)) {
    const keys = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined)
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      isKeyNext = false
    } else if (token === ',') {
      isKeyNext = keys !== undefined
    } else if (isKeyNext && keys !== undefined) {
      const key = JSON.parse(token) as string
      if (keys.has(key)) return true
      keys.add(key)
      isKeyNext = false
    }
  }
  return false
}
