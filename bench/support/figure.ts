import { fileURLToPath } from 'node:url'

/** One line of the table that benchmarks make. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** What it must reach, in the unit; an upper bound unless `atLeast`. */
  readonly target?: number
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

function isMet({ value, target, atLeast = false }: Figure): boolean {
  return target === undefined || (atLeast ? value >= target : value <= target)
}

function print(figures: readonly Figure[]): void {
  for (const each of figures) {
    const bound = each.target === undefined ? '' : `${each.atLeast === true ? 'at least' : 'at most'} ${each.target}`
    const value = `${each.value.toFixed(each.value < 10 ? 2 : 0)} ${each.unit}`
    console.log(`${each.figure.padEnd(48)} ${value.padStart(22)}   ${bound}${isMet(each) ? '' : '  MISSED'}`)
  }
}

/** Runs a benchmark and prints its figures where its file is what was started; elsewhere it is only imported. */
export async function runAlone(file: string, benchmark: () => Promise<readonly Figure[]>): Promise<void> {
  if (process.argv[1] === fileURLToPath(file)) print(await benchmark())
}
