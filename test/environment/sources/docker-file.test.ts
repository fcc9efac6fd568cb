import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDockerFile, readDockerFile } from '../../../src/environment/sources/docker-file.js'

const shell = new Map([['HOME', '/nowhere']])
const parse = (text: string | Buffer, from: ReadonlyMap<string, string> | undefined = shell) =>
  parseDockerFile(Buffer.from(text as string), 'bus.env', from)
const pairsOf = (text: string | Buffer) => parse(text).variables.map(([name, { value }]) => `${name}=${value.reveal()}`)
const faultsOf = ({ diagnostics, unknown }: ReturnType<typeof parse>) =>
  [...diagnostics, ...unknown.map(([, reason]) => reason)].map(
    ({ position, code }) => `${position.line}:${position.column} ${code}`,
  )

/** What docker 28.2.2 sent to its API of `docker create --env-file`, started with HOME=/nowhere. */
describe('what docker makes of a file', () => {
  it.each<[string, readonly string[]]>([
    ['A="one" # two\n B= x \r\n#C=1\n \t# c\nHOME\nNONE\n', ['A="one" # two', 'B= x ', 'HOME=/nowhere']],
    ['\u00a0C=1\n', ['C=1']],
    ['A=1 B=2\nC=\n', ['A=1 B=2', 'C=']],
    ['A=${B}\nC=$(d)\nE=a\\tb\n', ['A=${B}', 'C=$(d)', 'E=a\\tb']],
    ['A=a\rb\n', ['A=a\rb']],
    ['\uFEFFA=${X}\nC=a\tb\n', ['A=${X}', 'C=a\tb']],
    [`A=${'m'.repeat(65_533)}\n`, [`A=${'m'.repeat(65_533)}`]],
  ])('%#: as it is written', (text, pairs) => {
    expect(faultsOf(parse(text))).toEqual([])
    expect(pairsOf(text)).toEqual(pairs)
  })

  it.each([
    ['export A=hunter2\n', '1:1 variable-name'],
    ['A =hunter2\n', '1:1 variable-name'],
    ['=hunter2\n', '1:1 variable-name'],
    ['HOME \n', '1:1 variable-name'],
    [`A=${'m'.repeat(65_534)}\n`, '1:1 line-too-long'],
  ])('%#: refused as docker does', (text, fault) => {
    expect(faultsOf(parse(text))).toEqual([fault])
    expect(JSON.stringify(parse(text).diagnostics)).not.toContain('hunter')
  })

  it.each([
    ['A="two\nlines"\n', '2:1 variable-name'],
    ['9A=1\n', '1:1 variable-name'],
    ['A=1\nA=2\n', '2:1 duplicate-variable'],
  ])('%j: refused although docker takes it, for it is hardly meant', (text, fault) =>
    expect(faultsOf(parse(text))).toEqual([fault]),
  )
})

it('does not know what a name alone takes from a shell that is not named', () => {
  const { variables, unknown } = parseDockerFile(Buffer.from('A=1\nHOME\n'), 'bus.env', undefined)
  expect([variables.map(([name]) => name), unknown.map(([name, { message }]) => [name, message])]).toEqual([
    ['A'],
    [['HOME', 'HOME has no value here: docker takes it from the shell that starts it']],
  ])
})

it('reads a file from disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docker-file-'))
  try {
    await writeFile(join(folder, 'bus.env'), "A='1'\n")
    expect(
      (await readDockerFile(join(folder, 'bus.env'), undefined)).variables.map(([name, { value, origin }]) => [
        name,
        value.reveal(),
        origin.source,
        origin.line,
      ]),
    ).toEqual([['A', "'1'", join(folder, 'bus.env'), 1]])
    await expect(readDockerFile(join(folder, 'none.env'), undefined)).rejects.toMatchObject({ exitCode: 2 })
  } finally {
    await rm(folder, { recursive: true })
  }
})
