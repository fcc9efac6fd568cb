import { describe, expect, it } from 'vitest'
import { formatPosition } from '../../../src/base/errors.js'
import { definitionsOf, load, problemsOf } from './support/packs.js'

const head = `stage: config
variables: { A: { exposure: public } }
inputs: { s: { type: string, description: d, default: x } }
checks:
`

/** A family whose rows and keys are lines of YAML; the first row is on line 7 of the file. */
function family(rows: readonly string[], keys: readonly string[] = [], name = 'is-*-here'): string {
  const own = new Set(keys.map((line) => line.split(':')[0]))
  const rest = ['title: it is ${{ each.what }}', ...common].filter((line) => !own.has(line.split(':')[0]))
  return `${head}  ${name}:
    each:
${rows.map((row) => `      ${row}\n`).join('')}${[...keys, ...rest].map((line) => `    ${line}\n`).join('')}`
}

const common = [
  'severity: high',
  'class: config',
  'env: { name: A }',
  'expect: [{ that: facts.set }]',
  'fix: make it so',
]

const problems = (rows: readonly string[], keys?: readonly string[], name?: string) =>
  problemsOf({ 'demo/a.yaml': family(rows, keys, name) })

/** Whether a family comes to the same as checks that are written out: their digests are over what they come to. */
async function expectSame(each: string, written: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const text = Object.entries(written)
    .map(([name, lines]) => `  ${name}:\n${lines.map((line) => `    ${line}\n`).join('')}`)
    .join('')
  const made = await definitionsOf({ 'demo/a.yaml': each })
  const separate = await definitionsOf({ 'demo/a.yaml': head + text })
  expect([...made.checks.keys()]).toEqual([...separate.checks.keys()])
  expect([...made.checks.values()].map(({ digest }) => digest)).toEqual(
    [...separate.checks.values()].map(({ digest }) => digest),
  )
  expect(made.digest).toBe(separate.digest)
}

describe('a check with each', () => {
  it('makes one check of every row, in their order, each with its own place', async () => {
    const { checks } = await definitionsOf({ 'demo/a.yaml': family(['up: { what: up }', 'down: { what: down }']) })
    expect([...checks.values()].map(({ id, title, position }) => [id, title, formatPosition(position)])).toEqual([
      ['demo/a/is-up-here', 'it is up', 'checks/demo/a.yaml:7:7'],
      ['demo/a/is-down-here', 'it is down', 'checks/demo/a.yaml:8:7'],
    ])
  })

  it('comes to what is written out, in texts, values and expressions, digests included', async () => {
    await expectSame(
      family(
        [
          'one: { what: "it\'s 1", text: "say \\"a\\"", number: 7, low: -1, list: [x, y], wanted: [is/it], flag: true }',
          'two: { what: two, text: b, number: 8, low: 2, list: [z], wanted: [], flag: false }',
        ],
        [
          'why: because of ${{ each.number }} and ${{ each.list }}',
          'profiles: [prod]',
          'waivable: ${{ each.flag }}',
          'when: vars.A != each.text && inputs.s in each.list',
          'tcp: { host: "h-${{ inputs.s }}-${{ each.number }}", port: "${{ each.number }}", verify: "${{ each.flag }}", anything: "${{ each.list }}" }',
          'expect: [{ that: \'facts.reply == each.text && facts.reply != "each.text" && facts.latency > double(each.low)\', message: "${{ facts.reply + each.text }}, not ${{ each.text }}" }]',
        ],
      )
        .replace(/, wanted: \[.*?\]/g, '')
        .replace('    env: { name: A }\n', ''),
      Object.fromEntries(
        (
          [
            ['one', "it's 1", 'say "a"', 7, '(-1)', ['x', 'y'], true],
            ['two', 'two', 'b', 8, '2', ['z'], false],
          ] as const
        ).map(([name, what, text, number, low, list, flag]) => [
          `is-${name}-here`,
          [
            `why: because of ${number} and ${list.join(', ')}`,
            'profiles: [prod]',
            `waivable: ${flag}`,
            `when: 'vars.A != ${JSON.stringify(text)} && inputs.s in [${list.map((item) => `"${item}"`).join(', ')}]'`,
            `tcp: { host: "h-\${{ inputs.s }}-${number}", port: ${number}, verify: ${flag}, anything: [${list.join(', ')}] }`,
            `expect: [{ that: 'facts.reply == ${JSON.stringify(text)} && facts.reply != "each.text" && facts.latency > double(${low})', message: '\${{ facts.reply + ${JSON.stringify(text)} }}, not ${text}' }]`,
            `title: it is ${what}`,
            ...common.filter((line) => !/^(env|expect)/.test(line)),
          ],
        ]),
      ),
    )
  })

  it('takes expressions of the file over as they are, and whole expectations', async () => {
    await expectSame(
      family(
        [
          'a: { name: A, that: facts.set, shown: "${{ facts.value }}" }',
          'b: { name: B, that: "!facts.set", shown: "it ${{ vars.A }}" }',
        ],
        [
          'title: it is',
          'env: { name: "${{ each.name }}" }',
          'expect: [{ that: "${{ each.that }}", message: "found: ${{ each.shown }}" }, "${{ each.that }}"]',
        ],
        '"*"',
      ),
      Object.fromEntries(
        (
          [
            ['a', 'A', 'facts.set', '${{ facts.value }}'],
            ['b', 'B', '"!facts.set"', 'it ${{ vars.A }}'],
          ] as const
        ).map(([name, variable, that, shown]) => [
          name,
          [
            'title: it is',
            `env: { name: ${variable} }`,
            `expect: [{ that: ${that}, message: "found: ${shown}" }, ${that}]`,
            ...common.filter((line) => !/^(env|expect)/.test(line)),
          ],
        ]),
      ),
    )
  })

  it('leaves a key out for a row without an optional value', async () => {
    await expectSame(family(['a: { what: a, why: so }', 'b: { what: b }'], ['why: ${{ each.?why }}']), {
      'is-a-here': ['title: it is a', 'why: so', ...common],
      'is-b-here': ['title: it is b', ...common],
    })
  })

  it('makes checks that others need, and that need others', async () => {
    const text = `${family(['a: { what: a, needs: [] }', 'b: { what: b, needs: [demo/a/is-a-here] }'], ['needs: ${{ each.needs }}'])}  c: { needs: [demo/a/is-b-here], title: c, ${common.join(', ')} }\n`
    const { checks } = await definitionsOf({ 'demo/a.yaml': text })
    expect([...checks.values()].map(({ needs }) => needs)).toEqual([[], ['demo/a/is-a-here'], ['demo/a/is-b-here']])
  })
})

describe('a table that is wrong', () => {
  it.each([
    ['a value that no row has', ['a: { what: a }'], ['why: ${{ each.wat }}'], ['8:10 unknown-column']],
    ['a value that the check does not use', ['a: { what: a, else: b }'], [], ['7:21 unknown-column']],
    ['a misspelt value, reported once', ['a: { what: a }', 'b: { waht: b }'], [], ['8:12 unknown-column']],
    [
      'a row that lacks a value',
      ['a: { what: a, why: b }', 'b: { what: b }'],
      ['why: ${{ each.why }}'],
      ['8:7 missing-value'],
    ],
    ['a value that is empty', ['a: { what: }'], [], ['7:12 missing-value']],
    ['a row twice', ['a: { what: a }', 'a: { what: b }'], [], ['8:7 duplicate-key']],
    ['two rows with the same values', ['a: { what: a }', 'b: { what: a }'], [], ['8:7 duplicate-row']],
    ['a row that is not a mapping', ['a: what'], [], ['7:10 wrong-type']],
    ['a name that is not a part of an id', ['A_b: { what: a }'], [], ['7:7 row-name']],
    ['a name that is not an identifier', ['a: { what: a, B-c: d }'], [], ['7:21 column-name', '7:21 unknown-column']],
    ['no use of the rows', ['a: { }'], ['title: it is'], ['6:5 unused-each']],
    [
      'an optional value within a text',
      ['a: { what: a, why: b }'],
      ['why: so ${{ each.?why }}'],
      ['8:10 optional-value'],
    ],
    [
      'an optional value in a list',
      ['a: { what: a, p: prod }'],
      ['profiles: ["${{ each.?p }}"]'],
      ['8:16 optional-value'],
    ],
    [
      'a template within an expression',
      ['a: { what: "${{ vars.A }}" }'],
      ['title: t', 'when: each.what == "x"'],
      ['7:18 each-value'],
    ],
    [
      'a value of the wrong type',
      ['a: { what: a, timeout: 3 }'],
      ['timeout: ${{ each.timeout }}'],
      ['7:30 wrong-type'],
    ],
    [
      'a text for another type, within an expression',
      ['a: { what: a, n: b }'],
      ['when: each.n > 1'],
      ['8:11 expression'],
    ],
    [
      'a mistake of the check, reported once',
      ['a: { what: a }', 'b: { what: b }'],
      ['severity: hihg'],
      ['9:15 invalid-value'],
    ],
    ['a key that the check lacks, reported once', ['a: { what: a }', 'b: { what: b }'], ['fix:'], ['9:5 wrong-type']],
  ] satisfies [string, string[], string[], string[]][])('%s', async (_, rows, keys, expected) => {
    expect(await problems(rows, keys)).toEqual(expected.map((place) => `checks/demo/a.yaml:${place}`))
  })

  it('is refused without rows, and as anything but a table', async () => {
    const text = (each: string) => `${head}  is-*: { each: ${each}, title: "\${{ each.a }}", ${common.join(', ')} }\n`
    expect(await problemsOf({ 'demo/a.yaml': text('{}') })).toEqual(['checks/demo/a.yaml:5:11 row-count'])
    expect(await problemsOf({ 'demo/a.yaml': text('[a, b]') })).toEqual(['checks/demo/a.yaml:5:17 wrong-type'])
    const rows = Array.from({ length: 101 }, (_, index) => `r${index}: { a: ${index} }`)
    expect(await problemsOf({ 'demo/a.yaml': text(`{ ${rows.join(', ')} }`) })).toEqual([
      'checks/demo/a.yaml:5:11 row-count',
    ])
  })

  it('suggests the name that was meant', async () => {
    const { diagnostics } = await load({ 'demo/a.yaml': family(['a: { waht: a }']) })
    expect(diagnostics).toMatchObject([{ message: 'no row of each has what', hint: 'did you mean waht?' }])
  })
})

describe('the name of a check', () => {
  it.each(['is', 'is-a*', 'Is-*', '"*-*"', '"is*-here"'])('%s is refused with each', async (name) => {
    expect(await problems(['a: { what: a }'], [], name)).toEqual(['checks/demo/a.yaml:5:3 check-name'])
  })

  it('with * is refused without each', async () => {
    const text = `${head}  is-*: { title: t, ${common.join(', ')} }\n`
    expect(await problemsOf({ 'demo/a.yaml': text })).toEqual(['checks/demo/a.yaml:5:3 check-name'])
  })

  it('may not be made twice, nor clash with one that is written out', async () => {
    const text = `${family(['up: { what: up }'])}  is-up-here: { title: t, ${common.join(', ')} }\n`
    expect(await problemsOf({ 'demo/a.yaml': text })).toEqual(['checks/demo/a.yaml:14:3 duplicate-id'])
    const other = `${family(['up-here: { what: up }'], [], 'is-*')}${family(['up: { what: up }']).slice(head.length)}`
    expect(await problemsOf({ 'demo/a.yaml': other })).toEqual(['checks/demo/a.yaml:16:7 duplicate-id'])
  })
})
