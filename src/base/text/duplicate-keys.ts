/**
 * Where a string begins, or one of the characters that structure JSON. Numbers, words and blanks between them are
 * passed over.
 */
const tokens = /["{}[\],]/g

/**
 * Whether an object anywhere in a JSON text names a key twice, after escapes: readers differ in which value they take.
 *
 * @param text what `JSON.parse` accepts; of anything else the answer means nothing
 */
export function hasDuplicateKeys(text: string): boolean {
  /** For each open container its keys so far; `undefined` for a list. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  tokens.lastIndex = 0
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found
    const keys = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined)
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      isKeyNext = false
    } else if (token === ',') {
      isKeyNext = keys !== undefined
    } else {
      tokens.lastIndex = endOfString(text, found.index)
      if (!isKeyNext || keys === undefined) continue
      const key = JSON.parse(text.slice(found.index, tokens.lastIndex)) as string
      if (keys.has(key)) return true
      keys.add(key)
      isKeyNext = false
    }
  }
  return false
}

/**
 * The index behind the quote that ends a string. Not by a pattern: one over a string of millions of characters exhausts
 * the stack.
 */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote === -1) return text.length
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
}
