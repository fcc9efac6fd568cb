import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ResultDocument } from '../src/checks/result/report.js'
import { chooseSandbox, startSandbox, type RunningSandbox } from '../src/cli/sandbox.js'
import { median, runAlone, type Benchmark } from './support/figure.js'

/**
 * A whole preflight of the sandbox's ArqonBus and Shield, without gates and toolchain, against what no run can be
 * faster than: its slowest check, and the start of Node. The servers are in this process, so nothing here may block it.
 */
const rounds = 5

const program = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const stages = ['config', 'secrets', 'datastores', 'runtime'].flatMap((stage) => ['--stage', stage])
const execute = promisify(execFile)

/** Milliseconds of a process, and what it printed. */
async function timed(words: readonly string[], cwd: string): Promise<{ readonly wall: number; readonly text: string }> {
  const began = performance.now()
  const env = { PATH: process.env['PATH'], HOME: cwd }
  const { stdout } = await execute(process.execPath, words, { cwd, env, maxBuffer: 64 * 1024 * 1024 })
  return { wall: performance.now() - began, text: stdout }
}

async function ratioOf({ environmentFile, configurationFile, folder }: RunningSandbox): Promise<number> {
  const words = ['run', '--config', configurationFile, '--env-file', environmentFile, ...stages, '--format', 'json']
  const bare = await timed(['-e', '0'], folder)
  const run = await timed(['--', program, ...words], folder)
  const { checks } = JSON.parse(run.text) as ResultDocument
  return run.wall / (Math.max(...checks.map(({ durationMs }) => durationMs)) + bare.wall)
}

export const benchmark: Benchmark = async () => {
  const sandbox = await startSandbox(chooseSandbox([], undefined), {}, () => undefined)
  try {
    const ratios: number[] = []
    for (let round = 0; round < rounds; round += 1) ratios.push(await ratioOf(sandbox))
    const figure = 'whole preflight of the sandbox, against its slowest check and bare Node'
    return [{ figure, value: median(ratios), unit: '×', target: 1.3 }]
  } finally {
    await sandbox.stop()
  }
}

await runAlone(import.meta.url, benchmark)
