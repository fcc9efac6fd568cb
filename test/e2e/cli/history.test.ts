import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack, startProgram, type Started } from './preflight.js'

const secret = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'
const files = {
  'packs/site/a.yaml': regionPack,
  'eu.env': `REGION=eu\nJWT_SECRET=${secret}\n`,
  'us.env': `REGION=${secret}\nJWT_SECRET=${secret}\n`,
}
const run = (environmentFile: string, ...more: readonly string[]) =>
  ['run', ...ownPacks, '--env-file', environmentFile, '--stage', 'config', ...more] as const

interface Place {
  readonly cwd: string
  readonly results: string
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): ReturnType<typeof preflight>
  /** In a process of its own. */
  begin(args: readonly string[]): Started
}

function place(): Place {
  const cwd = folderOf(files)
  return {
    cwd,
    results: join(cwd, 'state/preflight/results'),
    start: (args, environment = {}) =>
      preflight(args, { cwd, environment: { XDG_STATE_HOME: join(cwd, 'state'), ...environment } }),
    begin: (args) => startProgram(args, { cwd, environment: { XDG_STATE_HOME: join(cwd, 'state') } }),
  }
}

describe('what runs leave behind', () => {
  it('is listed, the latest first, and printed again as it was; only its owner can read it, and it contains no secret', async () => {
    const { start, results } = place()
    const good = await start(run('eu.env'))
    const bad = await start(run('us.env', '--format', 'json'))
    expect([good.exitCode, bad.exitCode]).toEqual([0, 1])
    expect(readdirSync(results).map((name) => statSync(join(results, name)).mode & 0o777)).toEqual([0o600, 0o600])
    const kept = readdirSync(results).map((name) => readFileSync(join(results, name), 'utf8'))
    for (const text of kept) expect(text).toContain('"verdict"')
    expect(kept[0]).not.toContain(secret.slice(0, 10))

    const [listed, list, again, same] = await Promise.all([
      start(['history']),
      start(['history', '--format', 'json']),
      start(['history', 'last', '--format', 'json']),
      start(['history', 'last']),
    ])
    const { results: entries } = JSON.parse(list.stdout) as { results: readonly { id: string; verdict: string }[] }
    expect(entries.map(({ verdict }) => verdict)).toEqual(['no-go', 'go'])
    expect(listed.stdout).toMatch(/NO-GO exit 1[^]*GO FOR A PART ONLY[^]*2 results/)
    expect(again.stdout).toBe(bad.stdout)
    expect(same.stdout).toContain('NO-GO  exit 1')
    const first = await start(['history', entries[1]!.id.slice(0, 8)])
    expect(first).toMatchObject({ exitCode: 0, stdout: good.stdout, stderr: '' })
  })

  it('shows as much as --limit says, and finds its folder by --state', async () => {
    const { start, cwd } = place()
    for (let runs = 0; runs < 2; runs++) await start(run('eu.env', '--state', 'own'))
    expect(readdirSync(join(cwd, 'own/results'))).toHaveLength(2)
    expect((await start(['history', '--state', 'own', '--limit', '1'])).stdout).toContain('1 of 2 results')
    expect((await start(['history'])).stdout).toContain('No results are kept')
  })

  it('is nothing with --no-keep, after an interruption, and of a run that never began', async () => {
    const { start, begin, cwd, results } = place()
    await start(run('eu.env', '--no-keep'))
    const slow = begin([
      'run',
      ...ownPacks,
      '--env-file',
      'eu.env',
      '--input',
      'program=sh,-c,touch begun; exec sleep 30',
      'site/a/slow',
    ])
    while (!existsSync(join(cwd, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 20))
    slow.child.kill('SIGTERM')
    expect((await slow).exitCode).toBe(143)
    writeFileSync(join(cwd, 'packs/site/a.yaml'), 'stage: nowhere\n')
    expect((await start(run('eu.env'))).exitCode).toBe(3)
    expect(() => readdirSync(results)).toThrow(/ENOENT/)
    expect(await start(['history'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No results are kept') as string,
    })
  })

  it('is the last twenty, and whole, when many runs end at a time', async () => {
    const { start, begin, results } = place()
    mkdirSync(results, { recursive: true, mode: 0o700 })
    for (let index = 0; index < 19; index++)
      writeFileSync(join(results, `20200101T0000${String(index).padStart(2, '0')}000Z-old-${index}.json`), '{}')
    const ended = await Promise.all([1, 2, 3, 4].map(() => begin(run('eu.env'))))
    expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr.includes('not kept')])).toEqual(
      ended.map(() => [0, false]),
    )
    const names = readdirSync(results)
    expect(names).toHaveLength(20)
    expect(names.filter((name) => name.includes('-old-'))).toHaveLength(16)
    const { results: entries } = JSON.parse((await start(['history', '--format', 'json', '--limit', '4'])).stdout) as {
      results: readonly { verdict?: string }[]
    }
    expect(entries.map(({ verdict }) => verdict)).toEqual(['go', 'go', 'go', 'go'])
  })
})

describe('a result that cannot be kept', () => {
  it.each<[string, (state: string) => void]>([
    ['where the state folder would be there is a file', (state) => writeFileSync(state, '')],
    ['others may write to the state folder', (state) => (mkdirSync(state), chmodSync(state, 0o777))],
  ])('is reported and changes no verdict: %s', async (_, prepare) => {
    const { start, cwd } = place()
    prepare(join(cwd, 'own'))
    const ended = await start(run('us.env', '--state', 'own', '--output', 'result.json'))
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('this result was not kept')
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ state: 'complete', exitCode: 1 })
    expect((await start(run('eu.env', '--state', 'own'))).exitCode).toBe(0)
  })
})

describe.concurrent.each<[string, readonly string[], number, RegExp]>([
  ['a result there is none of', ['last'], 2, /^Error: no results in/],
  ['a format there is none of', ['last', '--format', 'jsn'], 2, /unknown format jsn[^]*json/],
  ['a list in a format of results', ['--format', 'tap'], 2, /the list of results cannot be printed as tap/],
])('%s', (_, more, exitCode, message) => {
  it(`ends with ${exitCode}`, async () => {
    const ended = await place().start(['history', ...more])
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toMatch(message)
  })
})

it('a damaged result is listed as that, and not printed', async () => {
  const { start, results } = place()
  await start(run('eu.env'))
  const [name] = readdirSync(results)
  writeFileSync(join(results, name!), '{"state":"complete","verdict":"go"')
  expect((await start(['history'])).stdout).toMatch(/cannot be read\n {4}the result .* is not JSON/)
  expect(await start(['history', 'last'])).toMatchObject({
    exitCode: 3,
    stdout: '',
    stderr: expect.stringContaining('is not JSON') as string,
  })
})

it('shows examples in its help', async () => {
  const { exitCode, stdout } = await preflight(['history', '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('EXAMPLES')
})
