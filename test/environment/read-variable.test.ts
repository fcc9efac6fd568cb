import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEmptyAs, readVariable, variableText, variableTypeOf } from '../../src/environment/read-variable.js'
import { readingSteps, variableSchema, type VariableDeclaration } from '../../src/environment/variable-reading.js'

const declared = (declaration: Partial<VariableDeclaration>): VariableDeclaration => ({
  reads: [],
  exposure: 'public',
  ...declaration,
})

describe('variableTypeOf', () => {
  it.each([
    [[], 'string'],
    [['python-trim', 'lower'], 'string'],
    [['python-trim', 'python-int'], 'int'],
    [['python-float'], 'double'],
    [['rust-integer'], 'int'],
    [['only-true'], 'bool'],
    [['rust-trim', 'true-or-one'], 'bool'],
    [['url'], 'string'],
  ] as const)('%j is %s', (reads, type) => {
    expect(variableTypeOf(declared({ reads: [...reads] }))).toBe(type)
  })
})

describe('textual steps', () => {
  it('are applied in order, and nothing else is', () => {
    expect(variableText(' Prod ', declared({ reads: ['python-trim', 'lower'] }))).toBe('prod')
    expect(variableText(' Prod ', declared({ reads: ['lower'] }))).toBe(' prod ')
    expect(variableText('hs256', declared({ reads: ['upper'] }))).toBe('HS256')
  })

  it('trim as Python and as Rust do, which is not the same', () => {
    expect(variableText('\u001Cx\u001F', declared({ reads: ['python-trim'] }))).toBe('x')
    expect(variableText('\u001Cx\u001F', declared({ reads: ['rust-trim'] }))).toBe('\u001Cx\u001F')
    expect(variableText('\uFEFFx', declared({ reads: ['python-trim', 'rust-trim'] }))).toBe('\uFEFFx')
  })
})

describe('what the target finds empty', () => {
  it('may be looked at after a step that it does not apply to what it uses', () => {
    const trimmedForThat = declared({ 'empty-after': 'rust-trim', 'non-empty': true })
    expect(isEmptyAs(' \u2003', trimmedForThat)).toBe(true)
    expect(isEmptyAs('\u001F', trimmedForThat)).toBe(false)
    expect(isEmptyAs(' ', declared({}))).toBe(false)
    expect(readVariable(' ', trimmedForThat)).toMatchObject({ valid: false, reason: 'is empty' })
    expect(readVariable(' x ', trimmedForThat)).toMatchObject({ valid: true, text: ' x ' })
  })
})

describe('what the target accepts', () => {
  it.each([
    [
      'a value outside the list',
      'Strict',
      declared({ values: ['strict', 'degraded'] }),
      'is not one of strict, degraded',
    ],
    [
      'a blank, where the target does not trim',
      'strict ',
      declared({ reads: ['lower'], values: ['strict'] }),
      'is not one of strict',
    ],
    ['nothing', '  ', declared({ reads: ['python-trim'], 'non-empty': true }), 'is empty'],
    ['a number below', '0', declared({ reads: ['python-int'], minimum: 1 }), 'is below 1'],
    ['a number above', '65_536', declared({ reads: ['python-int'], maximum: 65_535 }), 'is above 65535'],
    [
      'a number that is not above 0',
      '-inf',
      declared({ reads: ['python-float'], 'above-zero': true }),
      'is not above 0',
    ],
    ['zero', '-0.0', declared({ reads: ['python-float'], 'above-zero': true }), 'is not above 0'],
    ['an empty number', '', declared({ reads: ['python-int'] }), 'is not an integer for Python'],
    ['trailing letters', '12abc', declared({ reads: ['rust-integer'] }), 'is not an integer for Rust'],
    [
      'another scheme',
      'valkey://h',
      declared({ reads: ['url'], schemes: ['redis', 'rediss', 'unix'] }),
      'has a scheme other than redis, rediss, unix',
    ],
    ['an empty URL', '', declared({ reads: ['url'] }), 'is empty'],
  ])('refuses %s', (_, raw, declaration, reason) => {
    expect(readVariable(raw, declaration)).toMatchObject({ valid: false, reason })
  })

  it('keeps the number of a value that is only out of bounds', () => {
    expect(readVariable(' 7_0000 ', declared({ reads: ['python-int'], maximum: 65_535 }))).toMatchObject({
      int: 70_000,
      number: 70_000,
      text: '70000',
    })
  })

  it('cuts an integer beyond what JSON holds, and still gives its text', () => {
    const reading = readVariable('123456789012345678901234567890', declared({ reads: ['python-int'], minimum: 1 }))
    expect(reading).toMatchObject({ valid: true, int: Number.MAX_SAFE_INTEGER, text: '123456789012345678901234567890' })
  })

  it('reads no value but true as true where the target compares with it', () => {
    for (const raw of ['1', 'yes', 'on', 'true ', ' true', ''])
      expect(readVariable(raw, declared({ reads: ['only-true'] })).bool).toBe(false)
    for (const raw of ['true', 'TRUE', 'tRuE'])
      expect(readVariable(raw, declared({ reads: ['only-true'] }))).toMatchObject({
        valid: true,
        bool: true,
        text: 'true',
      })
    expect(readVariable('1', declared({ reads: ['true-or-one'] })).bool).toBe(true)
    expect(readVariable('true ', declared({ reads: ['true-or-one'] })).bool).toBe(false)
  })
})

describe('any value under any declaration', () => {
  const declaration = fc
    .record({
      reads: fc.array(fc.constantFrom(...readingSteps), { maxLength: 4 }),
      exposure: fc.constantFrom('public', 'secret', 'dsn'),
      values: fc.constantFrom(undefined, ['alpha', 'beta']),
      minimum: fc.constantFrom(undefined, 0, 1),
      schemes: fc.constantFrom(undefined, ['redis'], ['', 'nats']),
    })
    .map((drawn) => variableSchema.parse(JSON.parse(JSON.stringify(drawn))))
  const raw = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.webUrl({ withQueryParameters: true }),
    fc.double().map(String),
  )

  it('is read without throwing, and the reason is reported exactly when it is refused', () => {
    fc.assert(
      fc.property(raw, declaration, (value, under) => {
        const reading = readVariable(value, under)
        expect(reading.valid).toBe(reading.reason === '')
        expect(Number.isSafeInteger(reading.int)).toBe(true)
      }),
    )
  })

  it('never shows in the reason', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z0-9_~]{6,24}$/),
        declaration,
        fc.constantFrom('', 'redis://u:', 'http://h/', 'x:'),
        (value, under, prefix) => {
          const { reason } = readVariable(prefix + value, under)
          expect(reason).not.toContain(value)
        },
      ),
    )
  })
})
