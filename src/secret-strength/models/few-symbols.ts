import type { View } from '../estimate/text-view.js'

/**
 * A text that draws on few different characters, or on some far more often than others (`0110100110…`, `aabacabad…`).
 * A description of the whole: which characters, how often each, and which of the arrangements.
 *
 * Price: log2 of the number of arrangements. Whoever knows the habit (a coin thrown, two keys hit) still has to try
 * them.
 */
export function fewSymbols(view: View): { code: number; price: number } {
  const counts = new Map<number, number>()
  for (const code of view.codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  let arrangements = logFactorial(view.length)
  for (const count of counts.values()) arrangements -= logFactorial(count)
  const kinds = counts.size
  const alphabet = alphabetSize(view)
  const whichSymbols = logChoose(alphabet, Math.min(kinds, alphabet))
  const howOften = logChoose(view.length + kinds - 1, Math.max(kinds - 1, 0))
  return { code: arrangements + whichSymbols + howOften, price: arrangements }
}

/**
 * How many characters there are to choose from: bytes, what a keyboard types, one script's letters, or all ideographs.
 */
function alphabetSize({ binary, codes }: View): number {
  if (binary) return 256
  const highest = codes.reduce((most, code) => Math.max(most, code), 0)
  if (highest < 0x7f) return 95
  if (highest < 0x100) return 256
  return highest < 0x700 ? 512 : 65_536
}

const logFactorials: number[] = [0]

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log2(i))
  return logFactorials[n] as number
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}
