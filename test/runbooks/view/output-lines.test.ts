import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/redaction/redact.js'
import { OutputLines } from '../../../src/runbooks/view/output-lines.js'

const secret = 'correct-horse-battery-9271'
const redactor = createRedactor([{ name: 'password', value: secret, exposure: 'secret' }])
const key = [
  '-----BEGIN PRIVATE KEY-----',
  ...Array.from(
    { length: 20 },
    (_, index) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ${String(index).padStart(14, 'x')}`,
  ),
  '-----END PRIVATE KEY-----',
].join('\n')
const lines = () => new OutputLines((text) => redactor.text(text))

describe('lines of output', () => {
  it('hold no secret and are the same however the output was cut', () => {
    const text = `first\npassword is ${secret} now\n${key}\nlast, without an end`
    const whole = lines()
    const expected = [...whole.push(text), ...whole.end()]
    expect(expected[0]).toBe('first')
    expect(expected.at(-1)).toBe('last, without an end')
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const output = lines()
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const shown = [
          ...places.slice(1).flatMap((end, index) => output.push(text.slice(places[index], end))),
          ...output.end(),
        ]
        expect(shown).toEqual(expected)
        expect(shown.join('\n')).not.toContain(secret)
        expect(shown.join('\n')).not.toContain('MIIE')
      }),
    )
  })

  it('hold nothing of a key that never ends', () => {
    const output = lines()
    const shown = [...output.push(key.slice(0, key.indexOf('-----END'))), ...output.end()]
    expect(shown.join('\n')).not.toContain('MIIE')
  })

  it('are safe for a terminal, and none is empty', () => {
    expect(lines().push('a\r\n\n\u001B[2Jb\tc\n   \n')).toEqual(['a', '\\e[2Jb  c'])
  })

  it('do not wait for the end of a line for ever', () => {
    const output = lines()
    expect(output.push('x'.repeat(20_000))).toHaveLength(1)
    expect(output.push('y\n')).toEqual(['y'])
  })
})
