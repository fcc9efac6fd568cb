import { expect, it } from 'vitest'
import { alsoRedactErrorsWith, errorRedactor } from '../../src/redaction/error-redactor.js'
import { growingRedactor } from '../../src/redaction/redact.js'

const token = 'vT7-qLw2.Zk9xR4_mB6nJ8sD'

it('masks what it has learnt beside what it knew, in values and encodings too', () => {
  const redactor = growingRedactor([{ name: 'PASSWORD', value: 'correct-horse-9', exposure: 'secret' }])
  expect(redactor.text(`${token} correct-horse-9`)).toBe(`${token} [redacted]`)
  expect(redactor.learn('token', token)).toBe(true)
  expect(redactor.text(`${token} correct-horse-9`)).toBe('[redacted] [redacted]')
  expect(redactor.value({ a: [Buffer.from(token).toString('base64')] })).toEqual({ a: ['[redacted]'] })
  expect(redactor.masked).toContain('token')
})

it.each([
  [
    'a document',
    JSON.stringify({ type: 'service', inner: { id: 'a-b-c-d-e-f-1' } }),
    ['a-b-c-d-e-f-1', '"type":"service"'],
  ],
  ['an address', 'https://hooks.example/services/T0/B0/Xk29', ['hooks.example/services', '/T0/B0/Xk29']],
  ['several lines', 'first-line-of-it\nsecond-line-of-it', ['first-line-of-it', 'second-line-of-it']],
])('masks %s as a whole and in its parts', (_, value, parts) => {
  const redactor = growingRedactor([])
  expect(redactor.learn('it', value)).toBe(true)
  expect(redactor.text(`it is ${value}`)).toBe('it is [redacted]')
  for (const part of parts) expect(redactor.text(`of it ${part}`)).not.toContain(part)
})

it.each(['', '1234567', '123456789', 'password', '   \n'])('does not learn what it could not mask: %j', (value) => {
  const redactor = growingRedactor([])
  expect(redactor.learn('it', value)).toBe(false)
  expect(redactor.text(`it is ${value}`)).toBe(`it is ${value}`)
})

it('keeps what was learnt out of unexpected errors', () => {
  const redactor = growingRedactor([])
  alsoRedactErrorsWith(redactor)
  redactor.learn('token', token)
  expect(errorRedactor().error(new Error(`it broke at ${token}`)).message).toBe('it broke at [redacted]')
})
