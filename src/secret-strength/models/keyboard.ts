import type { TextView } from '../estimate/text-view.js'
import { countBits, kindBits, type ModelSpan, type SpanModel } from './model.js'

const shortest = 4

const bitsOfStart = Math.log2(47)

const bitsOfLayout = Math.log2(3)

const bitsStraightOn = 0.6

/** A turn into one of the seven other directions. */
const bitsOfTurn = -Math.log2(1 - 2 ** -bitsStraightOn) + Math.log2(7)

/**
 * A walk over neighbouring keys, in any of the eight directions, with any turns (`qwertyuiop`, `zaq12wsx`, `qwedsa`),
 * on the US, German and French layouts.
 *
 * Price: 4 bits for the start (people begin at corners and edges), 2 for the first direction, 2.5 for each turn, 2 for
 * each change of shift. The length is free: walks end where the form is full.
 */
export const keyboardWalks: SpanModel = {
  *spans(view) {
    if (view.binary) return
    for (const layout of [qwerty, qwertz, azerty]) yield* walks(view, layout)
  },
}

function* walks(view: TextView, layout: Int16Array): Generator<ModelSpan> {
  const positions = Array.from(view.codes, (code) => (code < 128 ? (layout[code] as number) : -1))
  for (let start = 0; start + shortest <= view.length; start++) {
    let turns = 0
    let previous = 0
    let shifts = 0
    let end = start + 1
    for (; end < view.length; end++) {
      const step = stepBetween(positions[end - 1] as number, positions[end] as number)
      if (step === 0) break
      if (end > start + 1 && step !== previous) turns++
      if (isShifted(view.text.charAt(end)) !== isShifted(view.text.charAt(end - 1))) shifts++
      previous = step
      const length = end + 1 - start
      if (length >= shortest) yield walkSpan(start, length, turns, shifts)
    }
  }
}

function walkSpan(start: number, length: number, turns: number, shifts: number): ModelSpan {
  const straight = length - 2 - turns
  const code =
    kindBits.keyboard +
    bitsOfLayout +
    bitsOfStart +
    3 +
    countBits(length) +
    turns * bitsOfTurn +
    straight * bitsStraightOn +
    1 +
    shifts * 4 +
    (length - shifts) * 0.1
  return { start, end: start + length, code, price: 6 + turns * 2.5 + shifts * 2, family: 'keyboard' }
}

/** The direction from one key to a neighbour, as the difference of their positions; 0 when they are not neighbours. */
function stepBetween(from: number, to: number): number {
  if (from < 0 || to < 0 || from === to) return 0
  const rowOf = Math.floor(from / rowDistance)
  const rows = Math.floor(to / rowDistance) - rowOf
  const columns = (to % rowDistance) - (from % rowDistance)
  return Math.abs(rows) <= 1 && Math.abs(columns) <= 1 ? to - from : 0
}

const rows = ['`1234567890-=', ' qwertyuiop[]\\', " asdfghjkl;'", ' zxcvbnm,./']

const shiftedRows = ['~!@#$%^&*()_+', ' QWERTYUIOP{}|', ' ASDFGHJKL:"', ' ZXCVBNM<>?']

/** Far enough apart that no straight walk along one row ends in the next. */
const rowDistance = 20

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
const qwerty = layout(shiftedRows, layout(rows, new Int16Array(128).fill(-1)))

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
const qwertz = exchanged([['y', 'z']])

const azerty = exchanged([
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
function isShifted(character: string): boolean {
  return withShift.has(character)
}

const shortestSequence = 4

const largestStep = 16

/**
 * Characters or bytes at one distance from each other: `abcdef`, `9876`, `acegik`, `aaaa` (distance 0), bytes 0, 1, 2,
 * ….
 *
 * Price: 3 bits for where it starts (nearly always at an end of the alphabet), 2 for direction and distance. The length
 * is free: sequences end where the form is full.
 */
export const sequences: SpanModel = {
  *spans(view) {
    const { codes, length } = view
    const bitsOfStart = view.binary ? 8 : 6.6
    const stepBits = Math.log2(2 * largestStep + 1)
    for (let start = 0; start + 2 < length; start++) {
      const step = (codes[start + 1] as number) - (codes[start] as number)
      if (Math.abs(step) > largestStep) continue
      let end = start + 2
      while (end < length && (codes[end] as number) - (codes[end - 1] as number) === step) end++
      const size = end - start
      if (size < (step === 0 ? 3 : shortestSequence)) continue
      const code = kindBits.sequence + bitsOfStart + stepBits + countBits(size)
      yield { start, end, code, price: 5, family: step === 0 ? 'repetition' : 'sequence' }
    }
  },
}
