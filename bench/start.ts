import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, runAlone, type Benchmark, type Figure } from './support/figure.js'
import { peakOf } from './support/peak-memory.js'

/**
 * What a start takes, against bare Node: medians of processes that are started in turn, so that both sides have one
 * machine. In an environment without `NODE_EXTRA_CA_CERTS`, which costs Node 20 as much as all else.
 *
 * `PREFLIGHT_BENCH_NODES` names further Node binaries to measure, with `:` between them. The build has a code cache for
 * one Node only.
 */
const rounds = 15

const root = fileURLToPath(new URL('..', import.meta.url))

interface Start {
  readonly name: string
  readonly words: readonly string[]
  readonly target: number | undefined
}

/** 40 checks of the packs that ship, none of which needs a server. */
const staticRun = ['run', 'arqonbus/config', 'shield/config', '--env-file', 'prod.env', '--input', 'shield_directory=.']

/** 40 checks of a user's pack. */
function writePack(folder: string): void {
  const checks = Array.from({ length: 40 }, (_, index) =>
    [
      `  variable-${index}:`,
      `    title: variable ${index} is set`,
      '    severity: high',
      '    class: config',
      `    env: { name: VARIABLE_${index} }`,
      '    expect: [facts.set]',
      '    fix: set it',
    ].join('\n'),
  )
  mkdirSync(join(folder, 'packs/site'), { recursive: true })
  writeFileSync(join(folder, 'packs/site/a.yaml'), `stage: config\nchecks:\n${checks.join('\n')}\n`)
}

/** The package as it is installed: packed, and unpacked elsewhere. */
function installed(folder: string): string {
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  if (packed.status !== 0) throw new Error(packed.stderr)
  const unpacked = spawnSync('tar', ['xzf', join(folder, packed.stdout.trim()), '-C', folder], { encoding: 'utf8' })
  if (unpacked.status !== 0) throw new Error(unpacked.stderr)
  return join(folder, 'package')
}

/** The same without its code cache, as another Node finds it. */
function withoutCache(program: string, folder: string): string {
  mkdirSync(folder)
  for (const name of readdirSync(program)) {
    if (name === 'dist') cpSync(join(program, name), join(folder, name), { recursive: true })
    else if (name === 'bin') cpSync(join(program, name), join(folder, name), { recursive: true })
    else symlinkSync(join(program, name), join(folder, name))
  }
  for (const purpose of ['help', 'run']) rmSync(join(folder, `dist/preflight-${purpose}.cache`))
  return folder
}

/** Milliseconds from the start to the end of one process. */
function timeOf(node: string, words: readonly string[], folder: string): number {
  const env = { PATH: process.env['PATH'], HOME: folder }
  const begun = performance.now()
  const { error } = spawnSync(node, words, { cwd: folder, env, stdio: 'ignore' })
  if (error !== undefined) throw error
  return performance.now() - begun
}

/** How many times the duration of bare Node each start takes. */
function ratios(node: string, starts: readonly Start[], folder: string): readonly number[] {
  const bare: number[] = []
  const times = starts.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    bare.push(timeOf(node, ['-e', '0'], folder))
    starts.forEach(({ words }, index) => times[index]!.push(timeOf(node, words, folder)))
  }
  return times.map((each) => median(each) / median(bare))
}

const withRatio = ({ name, target }: Start, value: number): Figure => ({
  figure: name,
  value,
  unit: '× node',
  target,
})

/** The same starts with the other Nodes that are given. */
function otherNodes(starts: readonly Start[], folder: string): readonly Figure[] {
  const nodes = (process.env['PREFLIGHT_BENCH_NODES'] ?? '').split(delimiter).filter((node) => node !== '')
  return nodes.flatMap((node) => {
    const { stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    if (error !== undefined) throw error
    const values = ratios(node, starts, folder)
    return starts.map(({ name }, index) => ({
      figure: `${name}, Node ${stdout.trim()}`,
      value: values[index]!,
      unit: '× node',
    }))
  })
}

/** How many times the peak memory of bare Node a small run takes. */
function peakRatio(words: readonly string[], folder: string): number {
  const peaks = (each: readonly string[]): number => median(Array.from({ length: 5 }, () => peakOf(each, folder)))
  return peaks(words) / peaks(['-e', '0'])
}

/** Starts, a small run, and the same in a checkout. */
export const benchmark: Benchmark = () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'))
  try {
    writeFileSync(join(folder, 'prod.env'), 'ARQONBUS_ENVIRONMENT=production\n')
    writePack(folder)
    const own = ['run', '--no-builtin', '--checks', 'packs', '--env-file', 'prod.env']
    const program = installed(folder)
    const uncached = withoutCache(program, join(folder, 'uncached'))
    const at = (place: string, words: readonly string[]): readonly string[] => [
      '--',
      join(place, 'bin/run.js'),
      ...words,
    ]
    const cached: readonly Start[] = [
      { name: '--version', words: at(program, ['--version']), target: 1.3 },
      { name: '--help', words: at(program, ['--help']), target: 3 },
      { name: 'run of 40 built-in checks', words: at(program, staticRun), target: 5.5 },
      { name: "run of 40 checks of a user's pack", words: at(program, own), target: 7 },
    ]
    const starts: readonly Start[] = [
      ...cached,
      { name: 'run of 40 built-in checks, without the code cache', words: at(uncached, staticRun), target: 9 },
      { name: "run of 40 checks of a user's pack, without the code cache", words: at(uncached, own), target: 10 },
      { name: 'run of 40 built-in checks, in a checkout', words: at(root, staticRun), target: undefined },
    ]
    const values = ratios(process.execPath, starts, folder)
    return [
      ...starts.map((start, index) => withRatio(start, values[index]!)),
      { figure: 'a checkout against the package', value: values[6]! / values[2]!, unit: '×', target: 1.1 },
      {
        figure: 'peak memory of a run of 40 built-in checks',
        value: peakRatio(at(program, staticRun), folder),
        unit: '× node',
        target: 2,
      },
      ...otherNodes(cached, folder),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runAlone(import.meta.url, benchmark)
