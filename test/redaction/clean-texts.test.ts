import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CleanTexts } from '../../src/redaction/clean-texts.js'
import { createRedactor, MARKER, type KnownSecret } from '../../src/redaction/redact.js'
import { propertyRuns } from '../property-runs.js'

const secrets: readonly KnownSecret[] = [
  { name: 'BUS_TOKEN', value: 'tok-9Zr8Vb2-planted-here', exposure: 'secret' },
  { name: 'PIN', value: 'q7#x', exposure: 'secret' },
  { name: 'URL', value: 'redis://user:pa%40ss-w0rd-1@cache:6379', exposure: 'dsn' },
]
const value = fc.constantFrom('tok-9Zr8Vb2-planted-here', 'pa@ss-w0rd-1', 'q7#x', 'harmless')
const encoded = fc
  .tuple(value, fc.constantFrom('plain', 'base64', 'hex', 'percent', 'json', 'wide'))
  .map(([text, form]) => {
    if (form === 'base64' || form === 'hex') return Buffer.from(text).toString(form)
    if (form === 'percent') return Buffer.from(text).toString('hex').replace(/../g, '%$&')
    if (form === 'json') return Array.from(text, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`).join('')
    return form === 'wide' ? Buffer.from(text, 'utf16le').toString('base64') : text
  })
const shape = fc.constantFrom(
  'password=',
  'token: ',
  '"secret":"',
  'redis://:',
  '@host',
  'AUTH ',
  'pw=',
  '-----BEGIN ',
  'sk_live_',
  'a:5432:b:c:',
  'ghp_',
  'Bearer ',
  '--password ',
)
const filling = fc.oneof(
  fc.constantFrom('', ' ', '\n', '"', '\\', '%', '&amp;', '\x1b[0m', 'set', 'name', 'é'),
  fc.string({ maxLength: 8 }),
)
const text = fc.array(fc.oneof(encoded, shape, filling), { maxLength: 5 }).map((pieces) => pieces.join(''))

describe('a redactor that has seen texts before', () => {
  it('says of each what one says that sees nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (texts, order) => {
          const redactor = createRedactor(secrets)
          for (const at of [...texts.keys(), ...order]) {
            const each = texts[at % texts.length]!
            expect(redactor.text(each)).toBe(createRedactor(secrets).text(each))
          }
        },
      ),
      { numRuns: propertyRuns(300) },
    )
  })

  it('masks a secret as often as it comes', () => {
    const redactor = createRedactor(secrets)
    for (let time = 0; time < 3; time += 1) {
      expect(redactor.text('is not set')).toBe('is not set')
      expect(redactor.text('tok-9Zr8Vb2-planted-here')).toBe(MARKER)
      expect(redactor.value({ token: 'x1y2', note: 'q7#x' })).toEqual({ token: MARKER, note: MARKER })
    }
  })
})

describe('what is remembered', () => {
  it('is short, and bounded', () => {
    const texts = new CleanTexts()
    texts.add('x'.repeat(128))
    texts.add('x'.repeat(129))
    expect([texts.has('x'.repeat(128)), texts.has('x'.repeat(129)), texts.has('x')]).toEqual([true, false, false])
    for (let each = 0; each < 5000; each += 1) texts.add(String(each))
    const kept = Array.from({ length: 5000 }, (_, each) => String(each)).filter((each) => texts.has(each))
    expect(kept.length).toBeLessThanOrEqual(2048)
    expect(kept.at(-1)).toBe('4999')
  })
})
