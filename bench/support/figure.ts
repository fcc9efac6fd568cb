import { fileURLToPath } from 'node:url'

/** One line of the table that benchmarks make. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** What it must reach, in the unit; an upper bound unless `atLeast`. */
  readonly target?: number | undefined
  readonly atLeast?: boolean
}

/** CPU seconds of this process, user and system, while some work goes on. */
export async function cpuSecondsOf<T>(
  work: () => Promise<T>,
): Promise<{ readonly seconds: number; readonly result: T }> {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, result }
}

/** Whatever else the machine does only adds to a measurement. */
export const least = (values: readonly number[]): number => Math.min(...values)

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!
}

/** A benchmark: what it measures, in the order of its table. */
export type Benchmark = () => readonly Figure[] | Promise<readonly Figure[]>

function isMissed({ value, target, atLeast = false }: Figure): boolean {
  return target !== undefined && (atLeast ? value < target : value > target)
}

/** The cells of a figure: what, how much, what it must reach, and `missed` where it does not. */
export function cellsOf(figure: Figure): readonly [string, string, string, string] {
  const { value, unit, target, atLeast = false } = figure
  const amount = `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`
  const bound = target === undefined ? '' : `${atLeast ? '≥' : '≤'} ${target}`
  return [figure.figure, amount, bound, isMissed(figure) ? 'missed' : '']
}

export function print(figures: readonly Figure[]): void {
  for (const [what, amount, bound, missed] of figures.map(cellsOf))
    console.log(`${what.padEnd(58)} ${amount.padStart(18)}   ${bound.padEnd(8)} ${missed}`.trimEnd())
}

/** Runs a benchmark and prints its figures where its file is what was started; elsewhere it is only imported. */
export async function runAlone(file: string, benchmark: Benchmark): Promise<void> {
  if (process.argv[1] === fileURLToPath(file)) print(await benchmark())
}
