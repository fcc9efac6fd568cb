import { isCommonWord } from './common-text.js'
import type { Piece } from './pieces.js'

const SHORTEST = 4
const SHORTEST_UNNAMED = 8
const SHORTEST_DIGITS = 10

/**
 * Whether a piece may be masked wherever it occurs. Under 4 characters never, under 8 only when a name says that it is
 * a secret, digits from 10 on; blanks, common words and what is part of a public text never, or the report is gone.
 */
export function isMaskable(piece: Piece, publicText: readonly string[]): boolean {
  const text = piece.text.trim()
  if (text.length < SHORTEST) return false
  if (text.length < SHORTEST_UNNAMED && !piece.named) return false
  if (text.length < SHORTEST_DIGITS && /^\d+$/.test(text)) return false
  if (isCommonWord(text)) return false
  return !publicText.some((known) => known.includes(text))
}

/**
 * Whether a value that is not masked says something where it stands, though nothing says that it is a secret: no short
 * one, no ordinary word.
 */
export function isTelling(piece: Piece, publicText: readonly string[]): boolean {
  const text = piece.text.trim()
  return text.length >= SHORTEST && !isCommonWord(text) && !publicText.some((known) => known.includes(text))
}
