/** Where the checkout has the figures of the inspection benchmark. */
export const casilFiguresFile = 'casil-figures.json'

/** One run of the benchmark, as the script of `docs/arqonbus.md` writes it. */
export interface CasilFigures {
  readonly machine: string
  readonly date: string
  readonly messages: number
  readonly max_inspect_bytes: number
  readonly monitor_p99_ms: number
  readonly disabled_percent: number
  readonly disabled_percent_least: number
  readonly disabled_percent_most: number
}

const first: CasilFigures = {
  machine: 'sandbox',
  date: '2026-02-18T10:00:00+00:00',
  messages: 2700,
  max_inspect_bytes: 65_536,
  monitor_p99_ms: 0.71,
  disabled_percent: 0.32,
  disabled_percent_least: -0.85,
  disabled_percent_most: 1.4,
}

/** The file with two runs. */
export function casilFigures(changes: Partial<CasilFigures> = {}): string {
  const last = { ...first, date: '2026-02-20T10:00:00+00:00', monitor_p99_ms: 0.68, ...changes }
  return `${JSON.stringify({ runs: [first, last] }, null, 2)}\n`
}
