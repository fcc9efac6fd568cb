import { describe, expect, test, vi } from 'vitest'
import { BareValues } from '../../src/redaction/bare-values.js'
import {
  createRedactor,
  MARKER,
  type SecretsInText,
  type KnownSecret,
  type Redactor,
} from '../../src/redaction/redact.js'
import { hardSecrets, secretPart, standsOut } from '../fixtures/hard-secrets.js'
import { isDeep } from '../property-runs.js'

const known = (name: string, value: string, isPresumed = false): KnownSecret => ({
  name,
  value,
  exposure: 'secret',
  isPresumed,
})

function checked(redactor: Redactor, text: string, size = 65_536): SecretsInText {
  const inspection = redactor.inspection()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) inspection.push(bytes.subarray(at, at + size))
  return inspection.end()
}

describe.each(hardSecrets)('$kind', (hard) => {
  const part = secretPart(hard)
  const redactor = createRedactor([known(hard.name, hard.value)])
  const line = `before ${part} after`

  test(`is ${hard.becomes}`, () => {
    expect({ masked: redactor.masked, unmaskable: redactor.unmaskable }).toEqual({
      masked: hard.becomes === 'masked' ? [hard.name] : [],
      unmaskable: hard.becomes === 'named' ? [hard.name] : [],
    })
    expect(redactor.text(line)).toBe(hard.becomes === 'masked' ? `before ${MARKER} after` : line)
  })

  test('is found where it stands by itself, in whatever order the text comes', () => {
    const finding = {
      names: hard.becomes === 'masked' ? [hard.name] : [],
      unmasked: hard.becomes === 'named' ? [hard.name] : [],
      isClean: false,
    }
    const nothing = { names: [], unmasked: [], isClean: true }
    for (const size of [1, 7, 65_536])
      expect(checked(redactor, line, size)).toEqual(standsOut(hard) ? finding : nothing)
    expect(checked(redactor, 'before after')).toEqual(nothing)
  })

  test('is found under colours, escapes and quotes', () => {
    if (!standsOut(hard)) return
    for (const text of [
      `\x1b[31m${part}\x1b[0m`,
      JSON.stringify(`\n${part}\n`),
      `'${part}'`,
      `[${part}]`,
      `${part}\n`,
      `\t${part}`,
      part,
    ]) {
      expect(checked(redactor, text), text).toMatchObject({ isClean: false })
    }
  })
})

describe('what cannot be masked', () => {
  const redactor = createRedactor([
    known('DOOR_PIN', '4711'),
    known('WORD_PASSWORD', 'true'),
    known('PASSPHRASE', '密码'),
  ])

  test.each(['14711', '47110', 'a4711', '4711b', 'é4711', 'untrue', 'trueness', '174711e'])(
    'is not found inside %s',
    (text) => {
      expect(checked(redactor, `x ${text} y`)).toEqual({ names: [], unmasked: [], isClean: true })
    },
  )

  test.each([
    ['code_4711', 'DOOR_PIN'],
    ['14711 4711', 'DOOR_PIN'],
    ['4711.', 'DOOR_PIN'],
    ['我的密码是', 'PASSPHRASE'],
    ['{"a":true}', 'WORD_PASSWORD'],
  ])('is found in %s', (text, name) => {
    expect(checked(redactor, text).unmasked).toEqual([name])
  })

  test('is found once, wherever a long input is cut', () => {
    const places = isDeep
      ? [0, 1, 262_139, 262_140, 262_143, 262_144, 278_526, 278_528, 600_000]
      : [1, 262_140, 278_528]
    for (const at of places) {
      expect(
        checked(redactor, `${'ab '.repeat(at).slice(0, at)} 4711 ${'ab '.repeat(9000)}`, 40_000),
        String(at),
      ).toMatchObject({ unmasked: ['DOOR_PIN'] })
      expect(
        checked(redactor, `${'ab '.repeat(at).slice(0, at)} 14711 ${'ab '.repeat(9000)}`, 40_000),
        String(at),
      ).toMatchObject({ unmasked: [] })
    }
  })

  test('is named, and not looked for, where nothing but the lack of a declaration says that it is a secret', () => {
    const presumed = createRedactor([
      known('MODE', 'abc', true),
      known('FLAG', 'true', true),
      known('DOOR', '58219', true),
    ])
    expect(presumed.unmaskable).toEqual(['MODE', 'FLAG', 'DOOR'])
    expect(checked(presumed, 'abc true')).toEqual({ names: [], unmasked: [], isClean: true })
    expect(checked(presumed, 'abc 58219')).toEqual({ names: [], unmasked: ['DOOR'], isClean: false })
  })

  test('is all that was not searched, when the search fails', () => {
    const inspection = redactor.inspection()
    inspection.push(undefined as unknown as Buffer)
    expect(inspection.end()).toEqual({
      names: ['DOOR_PIN', 'WORD_PASSWORD', 'PASSPHRASE'],
      unmasked: ['DOOR_PIN', 'WORD_PASSWORD', 'PASSPHRASE'],
      isClean: false,
    })
  })
})

describe('a row', () => {
  test('is searched for once in a megabyte of the same letter, not from each place', () => {
    const values = new BareValues([{ text: 'q'.repeat(2000), owner: 0 }])
    const text = `x${'q'.repeat(2 ** 20)}`
    const search = vi.spyOn(String.prototype, 'indexOf')
    const owners = new Set<number>()
    values.collect(text, { isStart: true, isEnd: true }, owners)
    const { calls } = search.mock
    search.mockRestore()
    expect({ calls: calls.length, owners: [...owners] }).toEqual({ calls: 2, owners: [] })
  })

  test('is masked with all that goes on with it, and not where it is shorter', () => {
    const redactor = createRedactor([known('ROW_TOKEN', 'q'.repeat(16))])
    expect(redactor.text(`it is ${'q'.repeat(40)}.`)).toBe(`it is ${MARKER}.`)
    expect(redactor.text(`it is ${'q'.repeat(15)}.`)).toBe(`it is ${'q'.repeat(15)}.`)
    expect(redactor.text(Buffer.from('q'.repeat(16)).toString('base64'))).toBe(MARKER)
  })

  test('that is longer than any that is masked is named, and found', () => {
    const row = 'q'.repeat(2000)
    const redactor = createRedactor([known('ROW_TOKEN', row)])
    expect(redactor.unmaskable).toEqual(['ROW_TOKEN'])
    expect(checked(redactor, `x ${row} y`).unmasked).toEqual(['ROW_TOKEN'])
    expect(checked(redactor, `x q${row} y`).unmasked).toEqual([])
  })
})
