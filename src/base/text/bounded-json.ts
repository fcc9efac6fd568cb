/**
 * Levels of a document that is read back. What a probe takes from a peer has 100 at most, and stands a few levels deep
 * in a document.
 */
export const deepestDocument = 250

/** A JSON text that nests deeper than anything that walks it bears. */
export class JsonDepthError extends SyntaxError {
  override readonly name = 'JsonDepthError'
}

/**
 * Parses a JSON text of bounded depth: the parser itself has no bound, but whatever prints or compares its value
 * descends by recursion.
 *
 * @throws JsonDepthError when it nests deeper than 250 levels; SyntaxError, whose message quotes the text, when it is
 *   not JSON
 */
export function parseBoundedJson(text: string): unknown {
  if (depthOf(text) > deepestDocument) throw new JsonDepthError(`it nests deeper than ${deepestDocument} levels`)
  return JSON.parse(text)
}

const quote = 0x22
const backslash = 0x5c
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** How deep the brackets outside of strings nest. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isInString) {
      if (code === backslash) at += 1
      else if (code === quote) isInString = false
    } else if (code === quote) isInString = true
    else if (code === openBracket || code === openBrace) deepest = Math.max(deepest, (depth += 1))
    else if (code === closeBracket || code === closeBrace) depth -= 1
  }
  return deepest
}
