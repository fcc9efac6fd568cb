import type { View } from '../estimate/text-view.js'
import { countBits, kindBits } from './code-lengths.js'
import { azerty, isShifted, qwerty, qwertz, rowDistance } from './key-positions.js'
import type { Span, SpanModel } from './model.js'

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

function* walks(view: View, layout: Int16Array): Generator<Span> {
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

function walkSpan(start: number, length: number, turns: number, shifts: number): Span {
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

/** The direction from one key to a neighbour, as the difference of their positions; 0 when they are no neighbours. */
function stepBetween(from: number, to: number): number {
  if (from < 0 || to < 0 || from === to) return 0
  const rowOf = Math.floor(from / rowDistance)
  const rows = Math.floor(to / rowDistance) - rowOf
  const columns = (to % rowDistance) - (from % rowDistance)
  return Math.abs(rows) <= 1 && Math.abs(columns) <= 1 ? to - from : 0
}
