/** What the driver reads and writes 64-bit integers from, without losing digits. */
interface Bits64 {
  readonly low: number
  readonly high: number
  readonly unsigned: boolean
}

const widths: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  int32: { bits: 32, signed: true },
  sint32: { bits: 32, signed: true },
  sfixed32: { bits: 32, signed: true },
  uint32: { bits: 32, signed: false },
  fixed32: { bits: 32, signed: false },
  int64: { bits: 64, signed: true },
  sint64: { bits: 64, signed: true },
  sfixed64: { bits: 64, signed: true },
  uint64: { bits: 64, signed: false },
  fixed64: { bits: 64, signed: false },
}

export function isIntegerType(type: string): boolean {
  return Object.hasOwn(widths, type)
}

function wholeOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new Error('a whole number is needed (as text when it is beyond 2^53)')
}

/**
 * A whole number, or its decimal digits, for a protobuf integer field.
 *
 * @throws Error when it is none, or the field's type cannot hold it
 */
export function integerFor(type: string, value: unknown): number | Bits64 {
  const { bits, signed } = widths[type] ?? { bits: 32, signed: true }
  const whole = wholeOf(value)
  const fitting = signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole)
  if (fitting !== whole) throw new Error(`the number does not fit ${type}`)
  if (bits === 32) return Number(whole)
  return { low: Number(BigInt.asIntN(32, whole)), high: Number(BigInt.asIntN(32, whole >> 32n)), unsigned: !signed }
}

/** A decoded integer: a number where JSON keeps it exact, else its digits as text. */
export function plainInteger(value: unknown): number | string {
  if (typeof value === 'number') return value
  const whole = BigInt(String(value))
  const number = Number(whole)
  return Number.isSafeInteger(number) ? number : whole.toString()
}
