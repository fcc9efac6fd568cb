import fc from 'fast-check'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { readYamlDocument, readManifest, nestsTooDeep } from '../../src/definitions/document.js'
import { Problems } from '../../src/definitions/yaml-node.js'

const times = (count: number, text: string): string => text.repeat(count)
const stairs = (count: number, text: string): string =>
  Array.from({ length: count }, (_, at) => ' '.repeat(at) + text).join('\n')

/** Texts of at most 4 MiB, the most that a file may hold, each of which took the parser down, or many seconds. */
const bombs: Readonly<Record<string, string>> = {
  brackets: `a: ${times(4_000_000, '[')}`,
  'few brackets': `a: ${times(600, '[')}`,
  'braces with keys': `a: ${times(800_000, '{a: ')}`,
  'brackets that comments seem to close': `a: ${times(800_000, '[ #]\n')}`,
  'brackets that strings seem to close': `a: ${times(800_000, '["]",')}`,
  'brackets that quoted quotes seem to close': `a: ${times(480_000, "[''']',")}`,
  'list markers in a row': times(2_000_000, '- '),
  'list markers and tabs': times(2_000_000, '-\t'),
  'list markers behind a key': `a: ${times(2_000_000, '- ')}`,
  'markers with anchors': times(800_000, '- &a '),
  'markers with tags': times(800_000, '- !t '),
  'question marks': times(2_000_000, '? '),
  'keys, each further in': stairs(2800, 'a:'),
  'list items, each further in': stairs(2800, '-'),
  'markers in a row, each further in': stairs(90, times(90, '- ')),
  documents: times(400_000, '--- [ #]\n'),
}

describe.each(Object.entries(bombs))('a bomb of %s', (_, text) => {
  it('is refused before it is parsed', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4 * 1024 * 1024)
    for (const read of [readYamlDocument, readManifest]) {
      const problems = new Problems()
      read(text, 'f', problems)
      expect(problems.sorted().map(({ code }) => code)).toEqual(['too-large'])
    }
  })
})

describe('what is not a bomb', () => {
  it.each([
    [
      'text that looks like one',
      `a: |\n${times(2000, '  [ { - [ { -\n')}b: "${times(2000, '[{')}"\nc: '${times(2000, '[{')}' # ${times(2000, '[{')}\n`,
    ],
    ['many brackets beside each other', `a: [${times(5000, '[1], {b: 2}, ')}]\n`],
    ['depth that comes and goes', times(300, `- ${stairs(20, 'a:').replaceAll('\n', '\n  ')} x\n`)],
    ['a rule of dashes', `a: |\n  ${times(60, '- ')}\n`],
  ])('%s is not refused', (_, text) => expect(nestsTooDeep(text)).toBe(false))

  it('is not refused, whatever a writer makes of it', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        fc.string(),
        fc.constantFrom('[', '{', '- - -', '? ', '#', ': '),
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any
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
