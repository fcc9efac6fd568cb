import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseShellFile } from '../../../src/environment/sources/shell/shell-file.js'
import { propertyRuns } from '../../property-runs.js'

const folder = mkdtempSync(join(tmpdir(), 'shell-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const parse = (text: string, shell?: ReadonlyMap<string, string>) => parseShellFile(Buffer.from(text), 'bus.env', shell)
const valuesOf = ({ variables }: ReturnType<typeof parse>) =>
  Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
const faultsOf = ({ diagnostics, unknown }: ReturnType<typeof parse>) =>
  [...diagnostics, ...unknown.map(([, reason]) => reason)].map(
    ({ position, code }) => `${position.line}:${position.column} ${code}`,
  )

/** What /bin/sh itself exports. */
function sourced(text: string): Readonly<Record<string, string>> {
  writeFileSync(join(folder, 'bus.env'), text)
  const bytes = execFileSync('/bin/sh', ['-c', 'set -a; . "$0" && exec /usr/bin/env -0', join(folder, 'bus.env')], {
    env: {},
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pairs = bytes
    .split('\0')
    .filter((each) => each !== '')
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  return Object.fromEntries(pairs.filter(([name]) => !['PWD', 'OLDPWD', '_', 'SHLVL'].includes(name)))
}

describe('what a shell assigns', () => {
  it.each([
    'A=1\nexport B=2\n  C=3 # note\n# D=4\n\n',
    'A=x\nB=$A/y\nC="${A}z $A"\nD=\'$A\'\n',
    'A=a\'b c\'"d e"f\n',
    'A=a\\ b\\\\c\\$d\n',
    'A="a\\tb\\"c\\$d\\\\e\\`f"\n',
    'A="two\nlines"\nB=\'two\nlines\'\nC=joined\\\nline\nD="joined\\\nline"\n',
    'A=a$\nB="$ $"\nC=$/x\n',
    'A=*\nB=a?[b]\nC={a,b}\n',
    'A=x:y~z\nB="~"\n',
    'A=x\r\nB=a\u00a0b\n',
    'A=\nB=$A\n',
    'A=1\nexport B="$A *"\n',
    'A=#x\nB=x#y\n',
  ])('%j is what sh exports', (text) => {
    expect(faultsOf(parse(text))).toEqual([])
    expect(valuesOf(parse(text))).toEqual(sourced(text))
  })

  it('takes the variables of a shell that is known, and knows no other', () => {
    expect(valuesOf(parse('A=$HOST\n', new Map([['HOST', 'h']])))).toEqual({ A: 'h' })
    expect(faultsOf(parse('A=$HOST\nB=${PORT}x\n'))).toEqual(['1:1 unknown-value', '2:1 unknown-value'])
    expect(faultsOf(parse('A=$HOST\n', new Map()))).toEqual(['1:1 unknown-value'])
    expect(faultsOf(parse('A=$HOST\nB=$A\n'))).toEqual(['1:1 unknown-value', '2:1 unknown-value'])
  })
})

describe('what it refuses', () => {
  it.each([
    ['A=$(hunter)', '1:3 command'],
    ['A="x$(hunter)"', '1:5 command'],
    ['A=`hunter`', '1:3 command'],
    ['A=1 B=hunter2', '1:4 second-word'],
    ['A=1 hunter2', '1:4 second-word'],
    ['A=1; B=hunter', '1:4 shell-operator'],
    ['A=a&hunter', '1:4 shell-operator'],
    ['A=1 | hunter', '1:4 second-word'],
    ['A=${B:-hunter}', '1:3 expansion'],
    ['A=$1hunter', '1:3 expansion'],
    ['A=$$', '1:3 expansion'],
    ["A=$'hunter'", '1:3 expansion'],
    ['A=~/hunter', '1:3 home-folder'],
    ['A=/x:~hunter', '1:6 home-folder'],
    ['hunter2', '1:1 no-assignment'],
    ['A =hunter', '1:1 no-assignment'],
    ['A+=hunter', '1:1 no-assignment'],
    ['unset A', '1:1 no-assignment'],
    ['export A', '1:8 no-assignment'],
    ['if true; then A=hunter; fi', '1:1 no-assignment'],
    ['UID=5', '1:1 shell-variable'],
    ["A='hunter", '1:3 unterminated-quote'],
    ['A="hunter', '1:3 unterminated-quote'],
    ['A=hunter\\', '1:9 unfinished-escape'],
    ['A=x\nexport B=$A', '2:10 unquoted-export'],
    ['A=1\nA=hunter', '2:1 duplicate-variable'],
  ])('%j', (text, fault) => {
    expect(faultsOf(parse(text))).toEqual([fault])
    expect(JSON.stringify(parse(text).diagnostics)).not.toMatch(/hunter/)
  })
})

it('is what sh exports, whatever the text, wherever nothing is refused', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          'A=',
          'B=',
          '$A',
          '${A}',
          '"',
          "'",
          '\\',
          '$',
          ' ',
          '\n',
          '#',
          'x',
          '=',
          ':',
          '*',
          'export ',
        ),
        maxLength: 10,
      }),
      (tail) => {
        const text = `A=1\nC=${tail}\n`
        const read = parse(text)
        if (faultsOf(read).length > 0) return
        accepted += 1
        expect(valuesOf(read)).toEqual(sourced(text))
      },
    ),
    { numRuns: propertyRuns(400) },
  )
  expect(accepted).toBeGreaterThan(propertyRuns(150))
})

it('has a shell at /bin/sh to be compared with', () => expect(spawnSync('/bin/sh', ['-c', 'exit 7']).status).toBe(7))
