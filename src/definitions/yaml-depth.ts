import { Lexer } from 'yaml'

/** Levels that are more than any file means, and few enough for a parser that descends by recursion. */
const mostLevels = 100

/** What the lexer puts before the text of a scalar. */
const scalarFollows = '\u001F'

/**
 * Whether a text would take the parser down: it descends by recursion, and where the stack or the memory ends there the
 * whole process dies.
 * Three things nest: brackets (counted as the lexer sees them, past strings and comments), lines that are indented
 * further and further, and
 * markers in a row on one line.
 */
export function nestsTooDeep(text: string): boolean {
  return linesNestTooDeep(text) || bracketsNestTooDeep(text)
}

function bracketsNestTooDeep(text: string): boolean {
  // So few the parser bears, and most files have no more: the lexer is slow.
  if ((text.match(/[[{]/g)?.length ?? 0) <= 5 * mostLevels) return false
  let open = 0
  let before = ''
  for (const token of new Lexer().lex(text)) {
    if (before !== scalarFollows) {
      if (token === '[' || token === '{') open += 1
      else if ((token === ']' || token === '}') && open > 0) open -= 1
      if (open > mostLevels) return true
    }
    before = token
  }
  return false
}

function linesNestTooDeep(text: string): boolean {
  /** Columns at which something begins that is not ended yet. */
  const begun: number[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    let row = 0
    let isAtStart = true
    for (const { start, word } of wordsOf(line)) {
      if (isAtStart) {
        while (begun.length > 0 && begun.at(-1)! >= start) begun.pop()
        begun.push(start)
      }
      const isMarker = /^(?:[-?:]$|[&!])/.test(word)
      row = isMarker ? row + 1 : 0
      isAtStart &&= isMarker
      if (row > mostLevels || begun.length > mostLevels) return true
      // What follows on a short line is too little to be a row.
      if (!isAtStart && line.length <= 2 * mostLevels) break
    }
  }
  return false
}

/**
 * The words of a line, each cut to three characters: enough to tell a marker. A pattern would run out of its stack on a
 * word of megabytes.
 */
function* wordsOf(line: string): Generator<{ readonly start: number; readonly word: string }> {
  for (let at = 0; at < line.length; at += 1) {
    if (isBlank(line, at)) continue
    const start = at
    while (at < line.length && !isBlank(line, at)) at += 1
    yield { start, word: line.slice(start, Math.min(at, start + 3)) }
  }
}

function isBlank(line: string, at: number): boolean {
  return line[at] === ' ' || line[at] === '\t'
}
