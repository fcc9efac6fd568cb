import type { CheckResult, ResultDocument } from '../src/checks/result/report.js'
import { reporterRegistry } from '../src/checks/result/reporter.js'
import { specs } from '../test/golden/specs.js'
import { least, runAlone, type Benchmark, type Figure } from './support/figure.js'

/**
 * What each format takes for a result of 10,000 checks, all green and a tenth red, in CPU time, and how that grows from
 * 1,000. The checks are copies of one that passed and one that failed.
 *
 * Growth is judged only where the larger figure is more than a few collections of garbage: below that, it is noise.
 */
const sizes = { small: 1000, large: 10_000 } as const

/** Milliseconds of CPU time from which growth is judged. */
const leastJudged = 50

const style = { colour: false, width: 100 } as const

async function documentsOf(size: number): Promise<{ readonly green: ResultDocument; readonly tenth: ResultDocument }> {
  const document = await specs['every-status']!()
  const of = (status: string): CheckResult => document.checks.find((check) => check.status === status)!
  const copies = (redEvery: number): ResultDocument => ({
    ...document,
    checks: Array.from({ length: size }, (_, index) => {
      const check = index % redEvery === redEvery - 1 ? of('fail') : of('pass')
      return { ...check, id: `${check.id}-${index}` }
    }),
  })
  return { green: copies(size + 1), tenth: copies(10) }
}

function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

export const benchmark: Benchmark = async () => {
  const small = await documentsOf(sizes.small)
  const large = await documentsOf(sizes.large)
  const figures: Figure[] = []
  for (const format of reporterRegistry.names()) {
    const reporter = await reporterRegistry.load(format)
    const cost = (document: ResultDocument, rounds: number): number =>
      least(Array.from({ length: rounds }, () => cpuMilliseconds(() => reporter.render(document, style))))
    const before = cost(small.tenth, 5)
    const green = cost(large.green, 2)
    const tenth = cost(large.tenth, 2)
    figures.push(
      { figure: `${format}, ${sizes.large} green checks`, value: green / 1000, unit: 's CPU', target: 1 },
      { figure: `${format}, a tenth of them red`, value: tenth / 1000, unit: 's CPU', target: 1 },
      {
        figure: `${format}, against ${sizes.small} checks`,
        value: tenth / before,
        unit: '×',
        target: tenth < leastJudged ? undefined : 12,
      },
    )
  }
  return figures
}

await runAlone(import.meta.url, benchmark)
