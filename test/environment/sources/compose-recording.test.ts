import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readComposeService } from '../../../src/environment/sources/compose/compose.js'

/** What Compose made of the same projects: test/fixtures/environment/compose.py. */
interface Recording {
  readonly cases: readonly (readonly [
    files: Readonly<Record<string, string>>,
    shell: readonly string[],
    answer: Readonly<Record<string, string>> | null,
  ])[]
}

const recording = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/environment/compose.json'), 'utf8'),
) as Recording

type Reading = Awaited<ReturnType<typeof readComposeService>>
const readings: { readonly title: string; readonly answer: Recording['cases'][number][2]; readonly read: Reading }[] =
  []

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'compose-recording-'))
  for (const [index, [files, shell, answer]] of recording.cases.entries()) {
    const folder = join(root, String(index))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const known = new Map(shell.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]))
    readings.push({
      title: JSON.stringify([files, shell]),
      answer,
      read: await readComposeService(`${join(folder, 'compose.yaml')}#bus`, known),
    })
  }
  await rm(root, { recursive: true })
}, 60_000)
afterAll(() => void readings.splice(0))

const isAccepted = ({ diagnostics, unknown }: Reading): boolean => diagnostics.length === 0 && unknown.length === 0

describe('what Compose makes of a project', () => {
  it('is what is read here, wherever nothing is refused', () => {
    const accepted = readings.filter(({ read }) => isAccepted(read))
    expect(accepted.length).toBeGreaterThan(200)
    for (const { title, answer, read } of accepted)
      expect(Object.fromEntries(read.variables.map(([name, { value }]) => [name, value.reveal()])), title).toEqual(
        answer,
      )
  })

  it('is refused where Compose refuses it', () => {
    expect(
      readings.filter(({ answer, read }) => answer === null && isAccepted(read)).map(({ title }) => title),
    ).toEqual([])
  })

  it('is refused beyond that only where readers differ, or something is ignored or replaced by nothing', () => {
    const beyond = readings.filter(({ answer, read }) => answer !== null && !isAccepted(read))
    const codes = new Set(
      beyond.flatMap(({ read }) =>
        [...read.diagnostics, ...read.unknown.map(([, reason]) => reason)].map(({ code }) => code),
      ),
    )
    expect([...codes].sort()).toEqual([
      'duplicate-variable',
      'interpolation',
      'no-assignment',
      'text-after-quote',
      'unknown-value',
      'variable-name',
      'wrong-type',
    ])
  })
})
