import { neutralise, withoutLogCommands } from './terminal-text.js'

/** A value of a metric, with the labels by which it differs from the others. */
export interface PrometheusSample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * A family of samples in the text format that Prometheus scrapes
 * (https://prometheus.io/docs/instrumenting/exposition_formats/); nothing for a family without samples.
 *
 * @param name of the metric, ours; label names too
 */
export function gauge(name: string, help: string, samples: readonly PrometheusSample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`)
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n')
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Control characters would be legal in a label, and a surprise in whatever shows it. */
function escapeLabel(value: string): string {
  const text = withoutLogCommands(neutralise(value, { keepNewlines: true }))
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll('\t', ' ')
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
