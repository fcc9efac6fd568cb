import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { isGreen, names, outputs } from './green-outputs.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram } from './preflight.js'

/** How many runs are killed. */
const kills = process.env['PREFLIGHT_DEEP'] === undefined ? 20 : 300

let folder = ''
const yesterday = new Map<string, Buffer>()

function resultNow(): string {
  return readFileSync(join(folder, 'result.json'), 'utf8')
}

/** Milliseconds of processor time that a process has used so far, in steps of 10; `undefined` when it has ended. */
function processorTime(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return undefined
  }
}

/** Milliseconds of processor time that Node takes until the first line of a program, here and now. */
function startOfNode(): number {
  const taken = [1, 2, 3].map(() =>
    Number(
      spawnSync(process.execPath, ['-p', 'const { user, system } = process.cpuUsage(); (user + system) / 1000'], {
        encoding: 'utf8',
      }).stdout,
    ),
  )
  return Math.max(...taken)
}

/** Waits until a process has used so much processor time that its first lines have run, however busy the machine is. */
async function hasBegun(pid: number, least: number): Promise<void> {
  for (;;) {
    const used = processorTime(pid)
    if (used === undefined || used >= least) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

beforeAll(async () => {
  const key = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' }).stdout
  folder = folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n', 'key.pem': key })
  spawnSync('chmod', ['600', join(folder, 'key.pem')])
  const green = await preflight(['run', ...ownPacks, '--env-file', 'eu.env', ...outputs], { cwd: folder })
  expect(green).toMatchObject({ exitCode: 0 })
  for (const name of names) yesterday.set(name, readFileSync(join(folder, name)))
  for (const [name, bytes] of yesterday) expect(isGreen[name]!(bytes.toString('utf8')), name).toBe(true)
})

it(
  `a killed run leaves no green of an earlier one, in ${kills} kills at random moments`,
  async () => {
    const least = Math.max(100, 2 * startOfNode())
    for (let round = 0; round < kills; round += 1) {
      for (const [name, bytes] of yesterday) writeFileSync(join(folder, name), bytes)
      const run = startProgram(['run', ...ownPacks, '--env-file', 'eu.env', '--input', 'program=sleep,1', ...outputs], {
        cwd: folder,
      })
      await hasBegun(run.child.pid!, least)
      const moment = Math.random() * 6 * least
      await new Promise((resolve) => setTimeout(resolve, moment))
      run.child.kill('SIGKILL')
      await run
      // One that had judged everything before the kill is green with right.
      if (
        existsSync(join(folder, 'result.json')) &&
        isGreen['result.json']!(resultNow()) &&
        resultNow() !== yesterday.get('result.json')!.toString('utf8')
      )
        continue
      for (const name of names) {
        const file = join(folder, name)
        expect(
          existsSync(file) && isGreen[name]!(readFileSync(file, 'utf8')),
          `${name}, killed ${moment} ms after ${least} ms of processor time`,
        ).toBe(false)
      }
    }
  },
  kills * 30_000,
)

it('a run that is refused leaves no green of an earlier one', async () => {
  const wrong = [
    ['run', '--no-such-flag'],
    ['run', 'no/such/check'],
    ['run', '--profile', 'nowhere'],
  ]
  for (const words of wrong) {
    for (const [name, bytes] of yesterday) writeFileSync(join(folder, name), bytes)
    const { exitCode, stderr } = await preflight([...words, ...ownPacks, '--env-file', 'eu.env', ...outputs], {
      cwd: folder,
    })
    expect([2, 3]).toContain(exitCode)
    // For its own words, not because the run before it still holds the files.
    expect(stderr).not.toContain('another run writes')
    const green = names.filter(
      (name) => existsSync(join(folder, name)) && isGreen[name]!(readFileSync(join(folder, name), 'utf8')),
    )
    expect(green, words.join(' ')).toEqual([])
  }
})

it('a file that is none of ours stays as it is when a run is refused', async () => {
  const place = folderOf({ 'result.json': 'a letter' })
  mkdirSync(join(place, 'inner'))
  await preflight(['run', '--no-such-flag', '--output', 'result.json', '--report', 'junit=inner'], { cwd: place })
  expect(readFileSync(join(place, 'result.json'), 'utf8')).toBe('a letter')
  expect(readdirSync(place).sort()).toEqual(['inner', 'result.json'])
})
