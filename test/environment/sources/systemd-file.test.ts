import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSystemdFile, readSystemdFile } from '../../../src/environment/sources/systemd-assignment.js'

/** What systemd read itself: test/fixtures/environment/systemd.py. */
interface Recording {
  readonly cases: readonly (readonly [text: string, pairs: readonly (readonly [string, string])[] | null])[]
}

const recording = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/environment/systemd.json'), 'utf8'),
) as Recording

const parse = (text: string) => parseSystemdFile(Buffer.from(text), 'bus.env')
const pairsOf = (text: string) => parse(text).variables.map(([name, { value }]) => [name, value.reveal()])
const faultsOf = (text: string) =>
  parse(text).diagnostics.map(({ position, code }) => `${position.line}:${position.column} ${code}`)

describe('what systemd reads', () => {
  const accepted = recording.cases.filter(([text]) => parse(text).diagnostics.length === 0)

  it('is what is read here, wherever nothing is refused', () => {
    expect(accepted.length).toBeGreaterThan(150)
    for (const [text, pairs] of accepted) expect(pairsOf(text), JSON.stringify(text)).toEqual(pairs)
  })

  it('is refused only for a reason that systemd would have ignored or hidden', () => {
    const codes = new Set(recording.cases.flatMap(([text]) => parse(text).diagnostics.map(({ code }) => code)))
    expect([...codes].sort()).toEqual([
      'continued-comment',
      'duplicate-variable',
      'no-assignment',
      'unterminated-quote',
      'variable-name',
    ])
  })
})

describe('what is ignored by systemd', () => {
  it.each([
    ['A=1\njust text\nB=2\n', '2:1 no-assignment'],
    ['export A=hunter2\n', '1:1 variable-name'],
    ['9A=hunter2\n', '1:1 variable-name'],
    ['A-B=hunter2\n', '1:1 variable-name'],
    ['A=1\n  = hunter2\n', '2:3 variable-name'],
    ["A='hunter2\nB=2\n", '1:3 unterminated-quote'],
    ['A="hunter2', '1:3 unterminated-quote'],
    ['A=hunter2\\', '1:10 unfinished-escape'],
    ['# path C:\\\nA=1\n', '1:10 continued-comment'],
    ['A=1\nA=hunter2\n', '2:1 duplicate-variable'],
    ['A=hunter2\0', '1:10 nul-character'],
  ])('%j', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault])
    expect(JSON.stringify(parse(text).diagnostics)).not.toContain('hunter')
  })

  it('lets a comment end in an escaped backslash, and an equal repetition pass', () => {
    expect(pairsOf('# a\\\\\nA=1\nA=1\n')).toEqual([['A', '1']])
  })

  it('says where a variable was set', () => {
    expect(parse('# c\nA="x\ny"\n\n  B=1\n').variables.map(([name, { origin }]) => [name, origin])).toEqual([
      ['A', { source: 'bus.env', line: 2 }],
      ['B', { source: 'bus.env', line: 5 }],
    ])
  })

  it('hints at the form without export', () => {
    expect(parse('export A=1\n').diagnostics[0]?.hint).toBe('write NAME=value without export')
  })
})

it('never throws, and reads on after a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AB=\'"\\# \t;\n\rx$`'), maxLength: 40 }), (text) => {
      const { variables } = parse(`${text}\n`)
      return variables.every(([name]) => /^\w+$/.test(name))
    }),
  )
})

it('reads a file from disk, and refuses one that is not there with exit 2', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'systemd-file-'))
  try {
    await writeFile(join(folder, 'bus.env'), 'A=1\n')
    expect(
      (await readSystemdFile(join(folder, 'bus.env'))).variables.map(([name, { origin }]) => [name, origin.source]),
    ).toEqual([['A', join(folder, 'bus.env')]])
    await expect(readSystemdFile(join(folder, 'none.env'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('does not exist') as string,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
