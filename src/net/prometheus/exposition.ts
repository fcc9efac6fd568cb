import { mostLabels, readSample, type Sample } from './sample-line.js'

/** A sample with its labels. */
interface LabelledSample {
  readonly labels: ReadonlyMap<string, string>
  /** NaN and the infinities are numbers here. */
  readonly value: number
}

/** A metric whose label sets are kept. */
export interface LabelledMetric {
  /** What its TYPE line says; empty when there is none. */
  readonly type: string
  readonly samples: readonly LabelledSample[]
  /** Why its samples are not all here, or are not what they should be; empty when they are. */
  readonly flaw: string
}

/** A page of metrics, read. */
interface Exposition {
  /** The number of the first line that breaks the format, from 1; 0 when none does. */
  readonly problemLine: number
  readonly samples: number
  /** Per name, in the order of the page, the sum of its finite samples over all labels. */
  readonly sums: ReadonlyMap<string, number>
  /** Names with a sample (or a sum) that is NaN or infinite. */
  readonly nonFinite: ReadonlySet<string>
  /** Of the metrics that were asked for, those with a sample. */
  readonly labelled: ReadonlyMap<string, LabelledMetric>
}

/** Of the metrics that were asked for, what is kept of a page: label sets, and characters of their labels. */
export const mostLabelSets = 10_000
export const mostLabelCharacters = 1024 * 1024

const metadata = /^#[ \t]+(HELP|TYPE)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/

const knownTypes = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])

/**
 * Whether a comment line is a good one: HELP and TYPE have a form, TYPE occurs once per name; all else is free text.
 */
function isComment(line: string, typed: Map<string, string>): boolean {
  if (!/^#[ \t]+(?:HELP|TYPE)(?:[ \t]|$)/.test(line)) return true
  const [, keyword, name = '', rest = ''] = metadata.exec(line) ?? []
  if (keyword === undefined) return false
  if (keyword === 'HELP') return true
  if (!knownTypes.has(rest.trim()) || typed.has(name)) return false
  typed.set(name, rest.trim())
  return true
}

const bounds = `at most ${mostLabels} in a set, and ${mostLabelSets} sets of ${mostLabelCharacters} characters on a page, are compared`

/** The metrics whose label sets are kept, as the lines of a page come. */
class LabelledMetrics {
  readonly #samples = new Map<string, LabelledSample[]>()
  readonly #flaws = new Map<string, string>()
  #sets = 0
  #characters = 0

  add({ name, labels: written, value }: Sample): void {
    const samples = this.#samples.get(name) ?? []
    this.#samples.set(name, samples)
    this.#sets += 1
    for (const [label, escaped] of written) this.#characters += label.length + escaped.length
    if (this.#sets > mostLabelSets || this.#characters > mostLabelCharacters || written.length > mostLabels) {
      this.#flaws.set(name, `${name} has too many labels: ${bounds}`)
      return
    }
    const labels = new Map(written.map(([label, escaped]) => [label, unescaped(escaped)]))
    if (labels.size < written.length) this.#flaws.set(name, `${name} has a label twice in one label set`)
    samples.push({ labels, value })
  }

  all(types: ReadonlyMap<string, string>): ReadonlyMap<string, LabelledMetric> {
    return new Map(
      [...this.#samples].map(([name, samples]) => [
        name,
        { type: types.get(name) ?? '', samples, flaw: this.#flaws.get(name) ?? '' },
      ]),
    )
  }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_escape, character: string) => (character === 'n' ? '\n' : character))
}

/**
 * Reads the Prometheus text exposition format, version 0.0.4, strictly and in one pass; it stops at the first line that
 * breaks the format. As Prometheus itself does, it lets the last line go without a line feed.
 *
 * @param asked names of the metrics whose label sets are kept; of all others only the sum is
 */
export function readExposition(text: string, asked: ReadonlySet<string> = new Set()): Exposition {
  const sums = new Map<string, number>()
  const nonFinite = new Set<string>()
  const types = new Map<string, string>()
  const labelled = new LabelledMetrics()
  const keepsLabels = (name: string): boolean => asked.has(name)
  const read = (problemLine: number): Exposition => ({
    problemLine,
    samples,
    sums,
    nonFinite,
    labelled: labelled.all(types),
  })
  let samples = 0
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trimStart()
    if (content === '') continue
    const sample = content.startsWith('#') ? undefined : readSample(content, keepsLabels)
    const isGood = content.startsWith('#') ? isComment(content, types) : sample !== undefined
    if (!isGood) return read(index + 1)
    if (sample === undefined) continue
    samples += 1
    const sum = sums.get(sample.name) ?? 0
    const isFinite = Number.isFinite(sum + sample.value)
    if (!isFinite) nonFinite.add(sample.name)
    sums.set(sample.name, isFinite ? sum + sample.value : sum)
    if (keepsLabels(sample.name)) labelled.add(sample)
  }
  return read(0)
}
