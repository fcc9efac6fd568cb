import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { afterAll, describe, expect, it } from 'vitest'
import { preflight } from '../e2e/cli/preflight.js'
import { readDocument, readManifest } from '../../src/load/document.js'
import { Problems } from '../../src/load/problems.js'
import { nestsTooDeep } from '../../src/load/yaml-depth.js'

const times = (count: number, text: string): string => text.repeat(count)
const stairs = (count: number, text: string): string => Array.from({ length: count }, (_, at) => ' '.repeat(at) + text).join('\n')

/** Texts of less than 256 KiB, each of which took the parser down, or many seconds. */
const bombs: Readonly<Record<string, string>> = {
  brackets: `a: ${times(100_000, '[')}`,
  'braces with keys': `a: ${times(50_000, '{a: ')}`,
  'brackets that comments seem to close': `a: ${times(50_000, '[ #]\n')}`,
  'brackets that strings seem to close': `a: ${times(50_000, '["]",')}`,
  'brackets that quoted quotes seem to close': `a: ${times(30_000, "[''']',")}`,
  'list markers in a row': times(100_000, '- '),
  'list markers and tabs': times(100_000, '-\t'),
  'list markers behind a key': `a: ${times(100_000, '- ')}`,
  'markers with anchors': times(50_000, '- &a '),
  'markers with tags': times(50_000, '- !t '),
  'question marks': times(100_000, '? '),
  'keys, each further in': stairs(700, 'a:'),
  'list items, each further in': stairs(700, '-'),
  'markers in a row, each further in': stairs(90, times(90, '- ')),
  documents: times(25_000, '--- [ #]\n'),
}

describe.each(Object.entries(bombs))('a bomb of %s', (_, text) => {
  it('is refused before it is parsed', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(262_144)
    for (const read of [readDocument, readManifest]) {
      const problems = new Problems()
      read(text, 'f', problems)
      expect(problems.sorted().map(({ code }) => code)).toEqual(['too-large'])
    }
  })
})

describe('what is no bomb', () => {
  it.each([
    ['text that looks like one', `a: |\n${times(2000, '  [ { - [ { -\n')}b: "${times(2000, '[{')}"\nc: '${times(2000, '[{')}' # ${times(2000, '[{')}\n`],
    ['many brackets beside each other', `a: [${times(5000, '[1], {b: 2}, ')}]\n`],
    ['depth that comes and goes', times(300, `- ${stairs(20, 'a:').replaceAll('\n', '\n  ')} x\n`)],
    ['a rule of dashes', `a: |\n  ${times(60, '- ')}\n`],
  ])('%s is not refused', (_, text) => expect(nestsTooDeep(text)).toBe(false))

  it('is not refused, whatever a writer makes of it', () => {
    const value = fc.letrec((tie) => ({ any: fc.oneof({ maxDepth: 6 }, fc.string(), fc.constantFrom('[', '{', '- - -', '? ', '#', ': '), fc.array(tie('any')), fc.dictionary(fc.string(), tie('any'))) })).any
    fc.assert(
      fc.property(value, fc.boolean(), (each, isFlow) => {
        expect(nestsTooDeep(stringify(each, { collectionStyle: isFlow ? 'flow' : 'block' }))).toBe(false)
      }),
    )
  })
})

it('aliases are followed in one go', () => {
  const problems = new Problems()
  const roots = readManifest(`x: &a 1\ny: [*a, &a 2, *a, &b [*a], *b${times(40_000, ', *a')}]\n`, 'f', problems)
  expect(problems.sorted()).toEqual([])
  const list = roots[0]?.kind === 'map' ? roots[0].entries.get('y')?.value : undefined
  const items = list?.kind === 'list' ? list.items : []
  expect(items.slice(0, 3).map((item) => item.kind === 'scalar' && item.value)).toEqual([1, 2, 2])
  expect(items[3]).toMatchObject({ kind: 'list', items: [{ value: 2 }] })
  expect(items[4]).toMatchObject({ kind: 'list', items: [{ value: 2 }] })
})

describe.concurrent('a bomb ends with a message and exit code 3 or 2, never 70', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bombs-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const bomb = bombs['brackets that strings seem to close']!
  const pack = 'stage: config\nchecks:\n  one:\n    title: one is so\n    severity: high\n    class: config\n    env: { name: REGION }\n    expect: [{ that: facts.set }]\n    fix: set REGION\n'
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

  it.each<[string, string, readonly string[], string]>([
    ['a pack', 'packs/site/a.yaml', ['validate'], bomb],
    ['a selection', 'packs/selection.yaml', ['validate'], bomb],
    ['a deployment file', 'preflight.yaml', ['run'], bomb],
    ['waivers', 'waivers.yaml', ['run', '--waivers', 'waivers.yaml'], bomb],
    ['a runbook', 'books/site/go.yaml', ['runbook', 'list', '--runbooks', 'books'], bomb],
    ['parameters of runbooks', 'books/site/parameters.yaml', ['runbook', 'list', '--runbooks', 'books'], bomb],
    ['a compose file', 'compose.yaml', ['run', '--env-compose', 'compose.yaml#bus'], bomb],
    ['a manifest', 'k8s.yaml', ['run', '--env-k8s', 'k8s.yaml#bus'], bomb],
    ['a lock', 'preflight.lock', ['run'], deep],
    ['a lock with depths in its place', 'preflight.lock', ['run'], `{"schemaVersion":2,"inputs":{"a":{"value":${deep}}}}`],
    ['a result', 'result.json', ['report', 'result.json'], deep],
    ['a result with depths in its facts', 'result.json', ['diff', 'result.json', 'result.json'], `{"schemaVersion":1,"checks":[{"facts":{"json":${deep}}}]}`],
    ['an attestation', 'attestation.json', ['verify', 'attestation.json', '--key', 'key.pem'], deep],
  ])('as %s', async (_, file, args, text) => {
    const cwd = mkdtempSync(join(folder, 'at-'))
    const files: Readonly<Record<string, string>> = { 'packs/site/a.yaml': pack, 'preflight.yaml': 'checks: [packs]\n', 'books/site/go.yaml': 'title: go\nsteps: []\n', [file]: text }
    for (const [path, content] of Object.entries(files)) {
      execFileSync('mkdir', ['-p', join(cwd, path, '..')])
      writeFileSync(join(cwd, path), content)
    }
    const definitions = args[0] === 'report' || args[0] === 'diff' || args[0] === 'verify' ? [] : ['--no-builtin']
    const ended = await preflight([...args, ...definitions], { cwd })
    expect([2, 3], ended.stderr.slice(0, 500)).toContain(ended.exitCode)
    expect(ended.stderr).not.toContain('bug')
  })
})
