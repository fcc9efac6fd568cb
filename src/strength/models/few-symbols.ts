import type { View } from '../estimate/view.js'

/**
 * A text that draws on few different characters, or on some far more often than others (`0110100110…`, `aabacabad…`).
 * A description of the whole: which characters, how often each, and which of the arrangements.
 *
 * Price: log2 of the number of arrangements. Whoever knows the habit (a coin thrown, two keys hit) still has to try them.
 */
export function fewSymbols(view: View): { code: number; price: number } {
  const counts = new Map<number, number>()
  for (const code of view.codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  let arrangements = logFactorial(view.length)
  for (const count of counts.values()) arrangements -= logFactorial(count)
  const kinds = counts.size
  const whichSymbols = logChoose(view.binary ? 256 : 95, Math.min(kinds, 95))
  const howOften = logChoose(view.length + kinds - 1, Math.max(kinds - 1, 0))
  return { code: arrangements + whichSymbols + howOften, price: arrangements }
}

const logFactorials: number[] = [0]

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log2(i))
  return logFactorials[n] as number
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}
