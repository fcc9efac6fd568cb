import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileWaivers } from '../../../src/checks/waivers/load-waivers.js'
import type { Definitions } from '../../../src/checks/definition.js'
import { dateAhead, daysLeft } from '../../../src/checks/waivers/waiver.js'
import { check, definitionsOf, file } from '../load/support/packs.js'

const now = Date.parse('2027-12-03T23:30:00Z')

let definitions: Definitions
beforeAll(async () => {
  definitions = await definitionsOf({
    'site/a.yaml': file(
      { one: check(), two: check(), never: check({ waivable: 'false' }), soft: check({ severity: 'advisory' }) },
      'profiles: { prod: { aliases: [production] } }\n',
    ),
  })
})

/** A waiver without a mistake, as YAML; `over` replaces or adds keys, `undefined` takes one away. */
function entry(over: Readonly<Record<string, string | undefined>> = {}): string {
  const keys = {
    check: 'site/a/one',
    reason: 'the vendor mends it',
    owner: 'ops',
    ticket: 'OPS-1',
    expires: '2027-12-31',
    profiles: '[prod]',
    ...over,
  }
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
  return `  - ${lines.join('\n    ')}\n`
}

const fileOf = (...entries: readonly string[]): string => `waivers:\n${entries.join('')}`
const compile = (text: string | Uint8Array, at = now) =>
  compileWaivers(typeof text === 'string' ? Buffer.from(text) : text, 'waivers.yaml', { ...definitions, now: at })

/** Every problem as `line:col code: message`. */
function problems(text: string | Uint8Array, at = now): readonly string[] {
  const { waivers, diagnostics } = compile(text, at)
  expect(waivers === undefined).toBe(diagnostics.length > 0)
  return diagnostics.map(({ position, code, message }) => `${position.line}:${position.column} ${code}: ${message}`)
}

describe('a waiver file', () => {
  it('is read with everything that it says', () => {
    const { waivers, diagnostics } = compile(
      `# why there are any\n${fileOf(entry({ profiles: '[production, staging]', deployment: 'eu-1' }))}`,
    )
    expect(diagnostics).toEqual([])
    expect(waivers).toEqual([
      {
        check: 'site/a/one',
        reason: 'the vendor mends it',
        owner: 'ops',
        ticket: 'OPS-1',
        expires: '2027-12-31',
        profiles: ['prod', 'staging'],
        deployment: 'eu-1',
        position: { file: 'waivers.yaml', line: 3, column: 5 },
      },
    ])
  })

  it.each([
    ['two checks', fileOf(entry(), entry({ check: 'site/a/two' }))],
    ['one check in two profiles', fileOf(entry(), entry({ profiles: '[staging]' }))],
    ['one check in two deployments', fileOf(entry({ deployment: 'eu-1' }), entry({ deployment: 'eu-2' }))],
    ['quotes around the day', fileOf(entry({ expires: '"2027-12-31"' }))],
    ['none, in so many words', 'waivers: []\n'],
    ['one that expired long ago', fileOf(entry({ expires: '2020-01-01' }))],
    ['one that ends today', fileOf(entry({ expires: '2027-12-03' }))],
    ['one that ended yesterday', fileOf(entry({ expires: '2027-12-02' }))],
    ['one that ends 90 days ahead', fileOf(entry({ expires: '2028-03-02' }))],
    ['one that ends on a leap day', fileOf(entry({ expires: '2028-02-29' }))],
    ['one for an advisory check', fileOf(entry({ check: 'site/a/soft' }))],
    [
      'one that is shared by an alias',
      `waivers:\n  - &w { check: site/a/one, reason: r, owner: o, ticket: t, expires: 2027-12-31, profiles: [prod] }\n`,
    ],
  ])('may hold %s', (_, text) => {
    expect(problems(text)).toEqual([])
  })

  it.each([
    [
      '91 days ahead',
      fileOf(entry({ expires: '2028-03-03' })),
      ['6:14 too-far-ahead: a waiver must end within 90 days: today, 2028-03-02 at the latest'],
    ],
    [
      'a leap day of another year',
      fileOf(entry({ expires: '2027-02-29' })),
      ['6:14 invalid-value: waivers[0].expires: must be an existing day, such as 2026-03-01'],
    ],
    [
      'a time',
      fileOf(entry({ expires: '2027-12-31T12:00:00Z' })),
      ['6:14 invalid-value: waivers[0].expires: must be an existing day, such as 2026-03-01'],
    ],
    [
      'a number for a day',
      fileOf(entry({ expires: '20271231' })),
      ['6:14 wrong-type: waivers[0].expires: expected text, found a number'],
    ],
    ['no day at all', fileOf(entry({ expires: undefined })), ['2:5 missing-key: expires is missing']],
    [
      'an empty day',
      fileOf(entry({ expires: '' })),
      ['6:5 wrong-type: waivers[0].expires: expected text, found nothing'],
    ],
    [
      'a misspelt key',
      fileOf(entry({ expires: undefined, expire: '2027-12-31' })),
      ['2:5 missing-key: expires is missing', '7:5 unknown-key: unknown key expire'],
    ],
    ['a further key', fileOf(entry({ until: 'ever' })), ['8:5 unknown-key: unknown key until']],
    ['a key of the file', `${fileOf(entry())}ignore: all\n`, ['8:1 unknown-key: unknown key ignore']],
    ['a key twice', fileOf(`${entry()}    expires: 2027-12-30\n`), ['8:5 duplicate-key: duplicate key expires']],
    ['an unknown id', fileOf(entry({ check: 'site/a/won' })), ['2:12 unknown-check: unknown check site/a/won']],
    ['the path of several checks', fileOf(entry({ check: 'site/a' })), ['2:12 unknown-check: unknown check site/a']],
    [
      'an empty id',
      fileOf(entry({ check: '""' })),
      ['2:12 invalid-value: waivers[0].check: must not be blank', '2:12 unknown-check: unknown check '],
    ],
    ['a pattern for an id', fileOf(entry({ check: '"*"' })), ['2:12 unknown-check: unknown check *']],
    [
      'a check that can never be waived',
      fileOf(entry({ check: 'site/a/never' })),
      ['2:12 never-waivable: site/a/never can never be waived: its pack forbids it'],
    ],
    [
      'the same case twice',
      fileOf(entry(), entry({ profiles: '[staging, prod]', reason: 'another' })),
      ['8:5 duplicate-waiver: site/a/one is already waived at waivers.yaml:2:5'],
    ],
    [
      'one case for all deployments and for one',
      fileOf(entry(), entry({ deployment: 'eu-1' })),
      ['8:5 duplicate-waiver: site/a/one is already waived at waivers.yaml:2:5'],
    ],
    [
      'a new one beside the expired one',
      fileOf(entry({ expires: '2027-12-01' }), entry()),
      ['8:5 duplicate-waiver: site/a/one is already waived at waivers.yaml:2:5'],
    ],
    ['an unknown profile', fileOf(entry({ profiles: '[prd]' })), ['7:16 unknown-profile: unknown profile prd']],
    [
      'a profile by two names',
      fileOf(entry({ profiles: '[prod, production]' })),
      ['7:22 duplicate-profile: duplicate profile prod'],
    ],
    [
      'no profile',
      fileOf(entry({ profiles: '[]' })),
      ['7:15 invalid-value: waivers[0].profiles: must have at least 1 entry'],
    ],
    ['profiles left out', fileOf(entry({ profiles: undefined })), ['2:5 missing-key: profiles is missing']],
    ['a blank reason', fileOf(entry({ reason: '"  "' })), ['3:13 invalid-value: waivers[0].reason: must not be blank']],
    [
      'a reason of zero-width blanks',
      fileOf(entry({ reason: '"\\u200b\\u200b\\u200b"' })),
      ['3:13 invalid-value: waivers[0].reason: must not contain invisible characters (found \\u{200b})'],
    ],
    [
      'a reason of fillers that count as letters',
      fileOf(entry({ reason: '"\\u3164\\u2800\\u115f"' })),
      ['3:13 invalid-value: waivers[0].reason: must not be blank'],
    ],
    [
      'a reason that is read in another order',
      fileOf(entry({ reason: '"approved \\u202eyl toN"' })),
      ['3:13 invalid-value: waivers[0].reason: must not contain invisible characters (found \\u{202e})'],
    ],
    [
      'an owner with a hidden character',
      fileOf(entry({ owner: '"ops\\u200b"' })),
      ['4:12 invalid-value: waivers[0].owner: must not contain invisible characters (found \\u{200b})'],
    ],
    [
      'a ticket of marks alone',
      fileOf(entry({ ticket: '"\\u0301\\ufe0f"' })),
      ['5:13 invalid-value: waivers[0].ticket: must not be blank'],
    ],
    ['no owner', fileOf(entry({ owner: undefined })), ['2:5 missing-key: owner is missing']],
    ['no ticket', fileOf(entry({ ticket: undefined })), ['2:5 missing-key: ticket is missing']],
    ['an empty file', '', ['1:1 empty-file: the file holds no waivers']],
    ['only comments', '# nothing\n', ['1:1 empty-file: the file holds no waivers']],
    ['a list that is nothing', 'waivers:\n', ['1:1 wrong-type: waivers: expected a list, found nothing']],
    ['a bare list', `- check: site/a/one\n`, ['1:1 wrong-type: expected a mapping, found a list']],
    [
      'an entry that is a text',
      'waivers: [site/a/one]\n',
      ['1:11 wrong-type: waivers[0]: expected a mapping, found text'],
    ],
    [
      'a second document',
      `${fileOf(entry())}---\n${fileOf(entry())}`,
      ['8:1 several-documents: the file must hold one YAML document'],
    ],
    ['bytes that are not text', Uint8Array.of(0xff, 0xfe, 0x00), ['1:1 unreadable-file: the file is not UTF-8']],
    [
      'several mistakes',
      fileOf(entry({ check: 'site/a/won', expires: '2029-01-01' }), entry({ owner: undefined, profiles: '[prd]' })),
      [
        '2:12 unknown-check: unknown check site/a/won',
        '6:14 too-far-ahead: a waiver must end within 90 days: today, 2028-03-02 at the latest',
        '8:5 missing-key: owner is missing',
        '12:16 unknown-profile: unknown profile prd',
      ],
    ],
  ] as const)('with %s waives nothing', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  it('helps with a word that was nearly right', () => {
    expect(compile(fileOf(entry({ check: 'site/a/won' }))).diagnostics[0]?.hint).toBe('did you mean site/a/one?')
    expect(compile(fileOf(entry({ check: 'site/a' }))).diagnostics[0]?.hint).toBe(
      'a waiver names one check by its full id',
    )
    expect(compile('').diagnostics[0]?.hint).toBe('write `waivers: []` if there are none')
  })

  it('is valid exactly as long as no waiver ends more than 90 days ahead', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: -400, max: 400 }),
        (moment, days) => {
          const expires = dateAhead(moment, days)
          const { waivers } = compile(fileOf(entry({ expires })), moment)
          expect(waivers?.map((waiver) => daysLeft(waiver, moment))).toEqual(days <= 90 ? [days] : undefined)
        },
      ),
    )
  })

  it('is refused, not crashed on, whatever it contains', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            'waivers:',
            '\n',
            '  - ',
            'check: site/a/one',
            'expires: ',
            '{',
            '[',
            '&a ',
            '*a',
            '!!map',
            '"',
            ': ',
            '#',
          ),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(fc.property(text, (each) => problems(each).length > 0 !== (compile(each).waivers !== undefined)))
  })
})
