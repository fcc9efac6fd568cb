import { readSample } from './exposition-sample.js'

/** A page of metrics, read. */
export interface Exposition {
  /** The number of the first line that breaks the format, from 1; 0 when none does. */
  readonly problemLine: number
  readonly samples: number
  /** Per name, in the order of the page, the sum of its finite samples over all labels. */
  readonly sums: ReadonlyMap<string, number>
  /** Names with a sample (or a sum) that is NaN or infinite. */
  readonly nonFinite: ReadonlySet<string>
}

const metadata = /^#[ \t]+(HELP|TYPE)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/
const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])

/**
 * Whether a comment line is a good one: HELP and TYPE have a form, TYPE stands once per name; all else is free text.
 */
function isComment(line: string, typed: Set<string>): boolean {
  if (!/^#[ \t]+(?:HELP|TYPE)(?:[ \t]|$)/.test(line)) return true
  const [, keyword, name = '', rest = ''] = metadata.exec(line) ?? []
  if (keyword === undefined) return false
  if (keyword === 'HELP') return true
  if (!types.has(rest.trim()) || typed.has(name)) return false
  typed.add(name)
  return true
}

/**
 * Reads the Prometheus text exposition format, version 0.0.4, strictly and in one pass; it stops at the first line that
 * breaks
 * the format. As Prometheus itself does, it lets the last line go without a line feed.
 */
export function readExposition(text: string): Exposition {
  const sums = new Map<string, number>()
  const nonFinite = new Set<string>()
  const typed = new Set<string>()
  let samples = 0
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const content = line.trimStart()
    if (content === '') continue
    const sample = content.startsWith('#') ? undefined : readSample(content)
    const isGood = content.startsWith('#') ? isComment(content, typed) : sample !== undefined
    if (!isGood) return { problemLine: index + 1, samples, sums, nonFinite }
    if (sample === undefined) continue
    samples += 1
    const sum = sums.get(sample.name) ?? 0
    const isFinite = Number.isFinite(sum + sample.value)
    if (!isFinite) nonFinite.add(sample.name)
    sums.set(sample.name, isFinite ? sum + sample.value : sum)
  }
  return { problemLine: 0, samples, sums, nonFinite }
}
