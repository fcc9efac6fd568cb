const rows = ['`1234567890-=', ' qwertyuiop[]\\', " asdfghjkl;'", ' zxcvbnm,./']
const shiftedRows = ['~!@#$%^&*()_+', ' QWERTYUIOP{}|', ' ASDFGHJKL:"', ' ZXCVBNM<>?']

/** Far enough apart that no straight walk along one row ends in the next. */
export const rowDistance = 20

function layout(lines: readonly string[], byCode: Int16Array): Int16Array {
  lines.forEach((line, row) => {
    for (let column = 0; column < line.length; column++) {
      const code = line.charCodeAt(column)
      if (code !== 32) byCode[code] = row * rowDistance + column
    }
  })
  return byCode
}

/** Position of a US key by its character, either shift state: row × 20 + column; -1 where there is no such key. */
export const qwerty = layout(shiftedRows, layout(rows, new Int16Array(128).fill(-1)))

function exchanged(pairs: readonly (readonly [string, string])[]): Int16Array {
  const positions = qwerty.slice()
  for (const [one, other] of pairs) {
    for (const [a, b] of [
      [one, other],
      [other, one],
      [one.toUpperCase(), other.toUpperCase()],
      [other.toUpperCase(), one.toUpperCase()],
    ] as const) {
      positions[a.charCodeAt(0)] = qwerty[b.charCodeAt(0)] as number
    }
  }
  return positions
}

/** German and Polish typewriter layouts differ in y and z; French ones in a/q, z/w and m. */
export const qwertz = exchanged([['y', 'z']])
export const azerty = exchanged([
  ['a', 'q'],
  ['z', 'w'],
  ['m', ';'],
])

/** Positions of a text on the US keyboard; characters without a key get values that are in no relation to any other. */
export function keyPositions(text: string): Int32Array {
  const positions = new Int32Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const position = code < 128 ? (qwerty[code] as number) : -1
    positions[i] = position >= 0 ? position : -1000 - i * i * 50
  }
  return positions
}

const withShift = new Set(shiftedRows.join('').replaceAll(' ', ''))

/** Shift held for this character of a US keyboard. */
export function isShifted(character: string): boolean {
  return withShift.has(character)
}
