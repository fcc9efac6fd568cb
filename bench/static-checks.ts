import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Deadline } from '../src/base/time/deadline.js'
import { prepare, surroundingsOf, type PreparedRun } from '../src/checks/prepare.js'
import { finishedDocument } from '../src/checks/result/result.js'
import { runPlan } from '../src/checks/run/scheduler.js'
import { reachVerdict } from '../src/checks/run/verdict.js'
import { noConfiguration } from '../src/checks/settings.js'
import { cpuSecondsOf, least, runAlone, type Benchmark, type Figure } from './support/figure.js'
import { optionsOf } from './support/options.js'
import { writeStaticPack, type StaticPack } from './support/static-pack.js'

/**
 * What a check costs that waits for nothing, in CPU time: loading it, and judging it (scheduling, observing, judging,
 * redacting its result). `npx tsx bench/static-checks.ts [number of checks …]`
 */
const defaultSizes = [100, 1000, 10_000, 50_000]

/** The least of so many rounds; the first ones are not compiled yet. */
const roundsOf = (size: number): number => (size <= 100 ? 20 : size <= 1000 ? 6 : size <= 10_000 ? 2 : 1)

/** Checks that are loaded and judged before any are measured: V8 has compiled all then, for the small sizes too. */
const warmUp = 2000

function load({ folder, environmentFile }: StaticPack): Promise<PreparedRun> {
  return prepare(optionsOf(folder, [environmentFile]), noConfiguration)
}

async function judge(prepared: PreparedRun): Promise<void> {
  const { plan, probes, redactor, environment } = prepared
  const { outcomes } = await runPlan({
    plan,
    probes,
    surroundings: surroundingsOf(prepared, undefined),
    concurrency: 8,
    deadline: Deadline.after(3_600_000),
    failFast: false,
    signal: new AbortController().signal,
  })
  const meta = {
    toolVersion: '',
    runId: '',
    startedAt: '',
    deployment: null,
    host: '',
    definitionsDigest: '',
    git: null,
  }
  const originOf = (name: string) => environment.origin(name)
  const { checks } = finishedDocument(
    { meta, plan, outcomes, probes, finishedAt: '', durationMs: 0, redact: redactor, originOf },
    reachVerdict(plan, outcomes, { failOnWarn: false }),
  )
  const wrong = checks.find(({ status }) => status !== 'pass')
  if (wrong !== undefined) throw new Error(`${wrong.id}: ${wrong.message}`)
}

interface Cost {
  /** Microseconds of CPU time for each check. */
  readonly loading: number
  readonly judging: number
}

/** Each round has a pack of its own: files and systems that were read before are remembered while they are small. */
async function costOf(size: number, rounds = roundsOf(size)): Promise<Cost> {
  const samples: { loading: number; judging: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const pack = writeStaticPack(size)
    const loaded = await cpuSecondsOf(() => load(pack))
    const judged = await cpuSecondsOf(() => judge(loaded.result))
    samples.push({ loading: (loaded.seconds * 1e6) / size, judging: (judged.seconds * 1e6) / size })
    pack.remove()
  }
  return { loading: least(samples.map((each) => each.loading)), judging: least(samples.map((each) => each.judging)) }
}

/** Per check at each size, and how much ten times as many checks cost in all. */
async function staticChecks(sizes: readonly number[] = defaultSizes): Promise<readonly Figure[]> {
  await costOf(warmUp, 3)
  const costs: (Cost & { readonly size: number })[] = []
  for (const size of sizes) costs.push({ size, ...(await costOf(size)) })
  const each = costs.flatMap(({ size, loading, judging }): Figure[] => [
    { figure: `a check after loading, of ${size}`, value: judging, unit: 'µs CPU', target: 60 },
    { figure: `loading a check, of ${size}`, value: loading, unit: 'µs CPU', target: 200 },
  ])
  const growth = costs.slice(1).flatMap(({ size, loading, judging }, at): Figure[] => {
    const before = costs[at]!
    const share = size / before.size
    const target = 1.2 * share
    const named = `from ${before.size} to ${size}`
    return [
      { figure: `after loading, ${named}`, value: (judging / before.judging) * share, unit: 'times', target },
      { figure: `loading, ${named}`, value: (loading / before.loading) * share, unit: 'times', target },
    ]
  })
  return [...each, ...growth]
}

const program = fileURLToPath(new URL('../bin/run.js', import.meta.url))

const sayPeak = 'process.on("exit",()=>process._rawDebug("peak",process.resourceUsage().maxRSS))'

/** The peak memory of the built program over 10,000 checks; none where it is not built. */
async function memoryPeak(size = 10_000): Promise<readonly Figure[]> {
  if (!existsSync(new URL('../dist/src', import.meta.url))) return []
  const pack = writeStaticPack(size)
  const state = mkdtempSync(join(tmpdir(), 'preflight-bench-state-'))
  const options = ['--no-builtin', '--checks', pack.folder, '--env-file', pack.environmentFile, '--format', 'short']
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${sayPeak}`, program, 'run', 'bench', ...options],
    { cwd: state, env: { PATH: process.env['PATH'], HOME: state }, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  pack.remove()
  rmSync(state, { recursive: true })
  const kibibytes = /^peak (\d+)$/m.exec(stderr)?.[1]
  if (kibibytes === undefined) throw new Error(`the run said nothing of its memory: ${stderr.slice(-500)}`)
  return [{ figure: `peak memory of a run of ${size}`, value: Number(kibibytes) / 1024, unit: 'MiB', target: 200 }]
}

export const benchmark: Benchmark = async () => [...(await staticChecks()), ...(await memoryPeak())]

await runAlone(import.meta.url, async () => {
  const sizes = process.argv.slice(2).map(Number)
  return sizes.length === 0 ? benchmark() : staticChecks(sizes)
})
