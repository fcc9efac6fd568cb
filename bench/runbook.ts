import { open, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareRunbook } from '../src/runbooks/prepare/prepare-runbook.js'
import { startRun } from '../src/runbooks/start-run.js'
import { UnansweredError } from '../src/engine/person.js'
import { runAlone, type Benchmark, type Figure } from './support/figure.js'

/**
 * What a step costs beside what it does: runbooks of steps that only compute, with their journal on disk, in the time
 * of as many bare writes and flushes of lines of the same size, made in the same run on the same disk. `npx tsx
 * bench/runbook.ts [steps …] [--in DIR]`
 *
 * A line and its acknowledgement are written and flushed for each entry: two entries a step.
 */
const defaultSizes = [250, 1000]

const refuse = (): Promise<never> => Promise.reject(new UnansweredError('no terminal'))
async function runOf(folder: string, steps: number): Promise<number> {
  const books = join(folder, `books-${steps}`)
  await mkdir(join(books, 'bench'), { recursive: true })
  const text = Array.from(
    { length: steps },
    (_, index) => `  - id: step-${index}\n    set: { value_${index}: { type: integer, value: ${index} } }\n`,
  ).join('')
  await writeFile(join(books, 'bench/long.yaml'), `title: a long one\nsteps:\n${text}`)
  const source = {
    definitions: { checks: [], noBuiltin: true, config: undefined },
    runbooks: [books],
    parameters: [],
    parameterVariables: [],
    parameterFile: undefined,
    environment: { files: [], pid: undefined, inherit: false },
    inputs: [],
    person: undefined,
    id: 'bench/long',
  }
  const before = performance.now()
  await prepareRunbook(source)
  const load = performance.now() - before
  const began = performance.now()
  const record = await startRun({
    ...source,
    plan: undefined,
    state: join(folder, `state-${steps}`),
    approved: [],
    approvals: [],
    conductor: { type: refuse, line: refuse, pick: refuse, secret: refuse },
    terminal: {
      progress: process.stderr,
      progressMode: 'silent',
      progressColour: false,
      warn: () => undefined,
      atExit: () => () => undefined,
    },
    interruption: { signal: new AbortController().signal, exitCode: () => undefined },
  })
  if (record.state !== 'completed') throw new Error(`the run is ${record.state}: ${record.message}`)
  return performance.now() - began - load
}

/** As many lines and heads, written and flushed with nothing else done. */
async function bareFlushes(folder: string, entries: number): Promise<number> {
  const lines = await open(join(folder, `lines-${entries}`), 'w')
  const head = await open(join(folder, `head-${entries}`), 'w')
  const line = Buffer.alloc(400, 97)
  const slot = Buffer.alloc(128, 97)
  const began = performance.now()
  for (let entry = 0; entry < entries; entry += 1) {
    await lines.write(line, 0, line.length, entry * line.length)
    await lines.datasync()
    await head.write(slot, 0, slot.length, (entry % 2) * slot.length)
    await head.datasync()
  }
  const took = performance.now() - began
  await Promise.all([lines.close(), head.close()])
  return took
}

/** How much of a run is bare flushes, and what a step takes against the shortest run. */
async function journal(sizes: readonly number[] = defaultSizes, base = tmpdir()): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(base, 'preflight-bench-'))
  try {
    await runOf(folder, 10)
    const figures: Figure[] = []
    let shortest: number | undefined
    for (const steps of sizes) {
      const run = await runOf(folder, steps)
      const flushes = await bareFlushes(folder, 2 * steps + 2)
      shortest ??= run / steps
      figures.push(
        {
          figure: `journal of ${steps} steps: bare flushes`,
          value: (100 * flushes) / run,
          unit: '% of the run',
          target: 80,
          atLeast: true,
        },
        { figure: `a step of ${steps}, against one of ${sizes[0]}`, value: run / steps / shortest, unit: '×' },
      )
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const benchmark: Benchmark = () => journal()

await runAlone(import.meta.url, () => {
  const at = process.argv.indexOf('--in')
  const sizes = process.argv.slice(2, at === -1 ? undefined : at).map(Number)
  return journal(sizes.length === 0 ? undefined : sizes, at === -1 ? undefined : process.argv[at + 1])
})
