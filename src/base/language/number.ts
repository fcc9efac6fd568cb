/** A number as a target's own code reads it. */
export interface NumberReading {
  /**
   * The nearest integer that JSON and expressions can hold: Python's know no bound, so a greater one is cut to
   * ±(2⁵³−1).
   */
  readonly int: number
  /** May be infinite or not a number: Python's `float()` accepts both. */
  readonly number: number
  /** The canonical form: digits with a `-` where needed, `inf`, `-inf`, `nan`. */
  readonly text: string
}

/** @param digits a sign at most, then decimal ASCII digits */
export function integerReading(digits: string): NumberReading {
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''))
  return { int: clamped(Number(value)), number: Number(value), text: value.toString() }
}

export function floatReading(number: number): NumberReading {
  const text = Number.isNaN(number) ? 'nan' : String(number).replace('Infinity', 'inf')
  return { int: Number.isNaN(number) ? 0 : clamped(Math.trunc(number)), number, text }
}

function clamped(value: number): number {
  const whole = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
  return whole === 0 ? 0 : whole
}
