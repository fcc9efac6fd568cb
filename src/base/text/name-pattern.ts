/**
 * Whether a name fits a pattern: `*` is any text, `?` one character; a name that begins with a dot fits only a pattern
 * that does. Compared piece by piece, so that no pattern takes long.
 */
export function matcherOf(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split(/\*+/)
  return (name) => {
    if (name.startsWith('.') && !pattern.startsWith('.')) return false
    if (!fitsAt(name, first, 0)) return false
    if (rest.length === 0) return name.length === first.length
    let at = first.length
    for (const piece of rest.slice(0, -1)) {
      while (at <= name.length - piece.length && !fitsAt(name, piece, at)) at += 1
      if (at > name.length - piece.length) return false
      at += piece.length
    }
    const last = rest.at(-1)!
    return name.length - last.length >= at && fitsAt(name, last, name.length - last.length)
  }
}

function fitsAt(name: string, piece: string, at: number): boolean {
  if (at + piece.length > name.length) return false
  for (let index = 0; index < piece.length; index += 1)
    if (piece[index] !== '?' && piece[index] !== name[at + index]) return false
  return true
}
