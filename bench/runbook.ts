import { open, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareRunbook } from '../src/runbooks/prepare/prepare-runbook.js'
import { startRun } from '../src/runbooks/start-run.js'
import { UnansweredError } from '../src/engine/person.js'

/**
 * What a step costs beside what it does: runbooks of steps that only compute, with their journal on disk, in the time
 * of as many bare writes and flushes of lines of the same size, made in the same run on the same disk. `npx tsx
 * bench/runbook.ts [steps …] [--in DIR]`
 *
 * A line and its acknowledgement are written and flushed for each entry: two entries a step.
 */
const at = process.argv.indexOf('--in')
const base = at === -1 ? tmpdir() : process.argv[at + 1]!
const sizes = process.argv.slice(2, at === -1 ? undefined : at).map(Number)
const refuse = (): Promise<never> => Promise.reject(new UnansweredError('no terminal'))
const folder = await mkdtemp(join(base, 'preflight-bench-'))

async function runOf(steps: number): Promise<{ readonly run: number; readonly load: number }> {
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
  return { run: performance.now() - began - load, load }
}

/** As many lines and heads, written and flushed with nothing else done. */
async function bareFlushes(entries: number): Promise<number> {
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

try {
  await runOf(10)
  let first: number | undefined
  for (const steps of sizes.length > 0 ? sizes : [250, 500, 1000, 2000]) {
    const { run, load } = await runOf(steps)
    const flushes = await bareFlushes(2 * steps + 2)
    const perStep = run / steps
    first ??= perStep
    console.log(
      `${String(steps).padStart(5)} steps: ${perStep.toFixed(2)} ms a step, ${(perStep / first).toFixed(2)} of the shortest; bare flushes ${(flushes / steps).toFixed(2)} ms, ${((100 * flushes) / run).toFixed(0)} % of the run; loading and planning ${load.toFixed(0)} ms`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
