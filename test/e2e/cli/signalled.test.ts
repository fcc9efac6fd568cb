import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { readJournal } from '../../../src/runbooks/record/read-journal.js'
import { runRecordOf } from '../../../src/runbooks/record/run-record.js'
import { isGreen, names, outputs } from './green-outputs.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram, type Ended } from './preflight.js'

/** How many runs of each kind get a signal. */
const rounds = process.env['PREFLIGHT_DEEP'] === undefined ? 6 : 150
const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_129)

const exitCodes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const
type Signal = keyof typeof exitCodes
const signals = Object.keys(exitCodes) as Signal[]

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function randomNumbers(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Waits for a moment of a run, a share of a whole one's time, and sends one signal or two. @returns how it ended, with
 * the exit code that a shell would show
 */
async function signalled(
  args: readonly string[],
  cwd: string,
  moment: number,
  sent: readonly Signal[],
): Promise<Ended> {
  const run = startProgram(args, { cwd, environment: { HOME: cwd } })
  await new Promise((resolve) => setTimeout(resolve, moment))
  for (const signal of sent) run.child.kill(signal)
  const ended = await run
  const { signalCode } = run.child
  return { ...ended, exitCode: signalCode === null ? ended.exitCode : (exitCodes[signalCode as Signal] ?? null) }
}

/** The command lines of processes that still run and have this word in theirs. */
function survivors(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((line) => line.includes(mark))
}

function temporaryFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'))
}

const cases = Array.from({ length: rounds }, (_, round) => {
  const random = randomNumbers(seed + round)
  const signal = signals[round % signals.length]!
  // The first at once; some moments lie beyond the end, and every fourth gets a second signal.
  return { round, share: round === 0 ? 0 : random() * 1.1, sent: round % 4 === 3 ? [signal, signal] : [signal] }
})

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await run()
  return performance.now() - before
}

const key = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' }).stdout
const runArguments = (mark: string): readonly string[] => [
  'run',
  ...ownPacks,
  '--env-file',
  'eu.env',
  '--input',
  `program=sh,-c,sleep 0.4; : ${mark}`,
  ...outputs,
]

function place(): string {
  const folder = folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n', 'key.pem': key })
  spawnSync('chmod', ['600', join(folder, 'key.pem')])
  return folder
}

const book = `title: two steps
target: \${{ params.log }}
parameters:
  log: { type: path, description: where every effect leaves a line }
steps:
  - id: first
    run: { shell: 'echo first >> "$1"', arguments: ['\${{ params.log }}'] }
    effect: idempotent
  - id: second
    run: { shell: 'sleep 0.4; echo second >> "$1"', arguments: ['\${{ params.log }}'] }
    effect: idempotent
`
const bookArguments = (log: string): readonly string[] => [
  'runbook',
  'run',
  'site/two',
  '--no-builtin',
  '--runbooks',
  'books',
  '--param',
  `log=${log}`,
  '--state',
  'state',
]

let times = { run: 0, runbook: 0 }
beforeAll(async () => {
  const [folder, bookFolder] = [place(), folderOf({ 'books/site/two.yaml': book })]
  const run = await timeOf(async () =>
    expect(await preflight(runArguments('whole'), { cwd: folder })).toMatchObject({ exitCode: 0 }),
  )
  const runbook = await timeOf(async () =>
    expect(await preflight(bookArguments(join(bookFolder, 'log')), { cwd: bookFolder })).toMatchObject({ exitCode: 0 }),
  )
  times = { run, runbook }
})

it.each(cases)(
  'a run that gets a signal is whole and green, or leaves nothing that says go ($round: $sent at $share)',
  async ({ round, share, sent }) => {
    const folder = place()
    const mark = `signalled-${process.pid}-${round}-`
    const { exitCode, stdout, stderr } = await signalled(runArguments(mark), folder, share * times.run, sent)
    expect([0, exitCodes[sent[0]!]], stdout + stderr).toContain(exitCode)
    const green = names.filter(
      (name) => existsSync(join(folder, name)) && isGreen[name]!(readFileSync(join(folder, name), 'utf8')),
    )
    // All of them or none: a second signal may come between one file and the next of a run that had judged everything,
    // whose result is written last but the attestation.
    if (exitCode === 0) expect(green).toEqual(names)
    else if (sent.length === 1) expect(green).toEqual([])
    else expect(green).not.toContain('go.att.json')
    if (exitCode !== 0 && existsSync(join(folder, 'result.json')))
      expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({
        state: 'incomplete',
        verdict: null,
      })
    expect(temporaryFiles(folder)).toEqual([])
    expect(survivors(mark)).toEqual([])
  },
)

it.each(signals)(
  '%s that comes while a judged run is reported changes neither what is written nor the exit code',
  async (signal) => {
    const folder = place()
    const run = startProgram(runArguments('reported'), { cwd: folder, environment: { HOME: folder } })
    await run.said('GO  exit 0')
    run.child.kill(signal)
    expect(await run).toMatchObject({ exitCode: 0 })
    expect(names.filter((name) => isGreen[name]!(readFileSync(join(folder, name), 'utf8')))).toEqual(names)
  },
)

it.each(cases)(
  'a runbook run that gets a signal is completed or says that it was interrupted ($round: $sent at $share)',
  async ({ round, share, sent }) => {
    const folder = folderOf({ 'books/site/two.yaml': book })
    const log = join(mkdtempSync(join(tmpdir(), `preflight-signalled-${round}-`)), 'log')
    const { exitCode, stdout, stderr } = await signalled(bookArguments(log), folder, share * times.runbook, sent)
    expect([0, exitCodes[sent[0]!]], stdout + stderr).toContain(exitCode)
    const runs = join(folder, 'state/runs')
    const journals = existsSync(runs)
      ? await Promise.all(readdirSync(runs).map((name) => readJournal(join(runs, name))))
      : []
    for (const { problems, entries } of journals) {
      expect(problems).toEqual([])
      if (entries.length > 0) expect(runRecordOf(entries).state === 'completed').toBe(exitCode === 0)
    }
    expect(temporaryFiles(folder)).toEqual([])
    expect(survivors(log)).toEqual([])
    const again = await preflight(bookArguments(log), { cwd: folder, environment: { HOME: folder } })
    expect(again.exitCode, again.stderr).toBe(0)
    rmSync(log, { force: true })
  },
)
