import { describe, expect, it } from 'vitest'
import { TooMuchError, BrokenMessageError } from '../../../src/net/checked-stream.js'
import { redisFraming } from '../../../src/net/redis/redis-messages.js'
import type { Refusal } from '../../../src/net/refusal.js'

const mostBytes = 10_000

const framingOf = (count: number) => redisFraming({ count }, mostBytes, (words) => new Error(`unasked: ${words}`))

/**
 * Answers as the protocol's specification gives them (redis.io, "Redis serialization protocol specification"), versions
 * 2 and 3.
 */
const answers: Readonly<Record<string, readonly string[]>> = {
  'simple strings, errors, integers': [
    '+OK\r\n',
    '+\r\n',
    "-ERR unknown command 'asdf'\r\n",
    ':0\r\n',
    ':-1000\r\n',
    ':+5\r\n',
  ],
  'bulk strings': ['$5\r\nhello\r\n', '$0\r\n\r\n', '$-1\r\n', '$4\r\n\r\n\r\n\r\n'],
  arrays: [
    '*0\r\n',
    '*-1\r\n',
    '*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n',
    '*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n*2\r\n+Hello\r\n-World\r\n',
    '*3\r\n$5\r\nhello\r\n$-1\r\n$5\r\nworld\r\n',
    '*1\r\n*1\r\n*0\r\n',
  ],
  'nulls, booleans, doubles, big numbers': [
    '_\r\n',
    '#t\r\n',
    '#f\r\n',
    ',1.23\r\n',
    ',10\r\n',
    ',inf\r\n',
    ',-inf\r\n',
    ',nan\r\n',
    ',-1.5e-7\r\n',
    '(3492890328409238509324850943850943825024385\r\n',
  ],
  'bulk errors and verbatim strings': ['!21\r\nSYNTAX invalid syntax\r\n', '=15\r\ntxt:Some string\r\n'],
  'maps and sets': ['%2\r\n+first\r\n:1\r\n+second\r\n:2\r\n', '%0\r\n', '~2\r\n+one\r\n*1\r\n%1\r\n+a\r\n_\r\n'],
}

describe('answers of a Redis server', () => {
  it.each(Object.entries(answers))('%s come through whole, however they are cut', (_, parts) => {
    const bytes = Buffer.from(parts.join(''))
    expect(framingOf(parts.length)(bytes).map(String)).toEqual(parts)
    const framing = framingOf(parts.length)
    expect([...bytes].flatMap((byte) => framing(Buffer.from([byte]))).map(String)).toEqual(parts)
  })

  it('are kept back until they are whole', () => {
    const framing = framingOf(1)
    expect(framing(Buffer.from('*2\r\n$5\r\nhello\r\n:1\r'))).toEqual([])
    expect(framing(Buffer.from('\n')).map(String)).toEqual(['*2\r\n$5\r\nhello\r\n:1\r\n'])
  })
})

describe('what no server sends', () => {
  it.each([
    ['a type that there is not', '@1\r\n'],
    ['what is sent only to who subscribed', '>2\r\n+message\r\n+x\r\n'],
    ['a length below zero', '$-5\r\nhello\r\n'],
    ['a length that is not a number', '*two\r\n'],
    ['a length with an exponent', '$1e3\r\n'],
    ['a number that is not', ':1.5\r\n'],
    ['a truth value that is not', '#x\r\n'],
    ['a null with a value', '_1\r\n'],
    ['a line ended by a line feed alone', '+OK\n'],
    ['a carriage return within a line', '+O\rK\r\n'],
    ['a text that is longer than it says', '$3\r\nhello\r\n'],
    ['a text that is shorter than it says', '$5\r\nhel\r\n+OK\r\n'],
    ['lists within lists without end', '*1\r\n'.repeat(100)],
    ['a line without end', `+${'x'.repeat(100_000)}`],
    ['an empty line', '\r\n'],
  ])('%s is refused', (_, text) => {
    const framing = framingOf(5)
    framing(Buffer.from('+PONG\r\n'))
    expect(() => framing(Buffer.from(text))).toThrow(BrokenMessageError)
    expect(() => framingOf(5)(Buffer.from(text))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'not-redis' }) as unknown }) as Refusal,
    )
  })

  it.each(['$2147483647\r\n', '*2147483647\r\n', '%9999999999\r\n', '*1\r\n*1000000\r\n'])(
    'a length beyond what is taken in is refused before the rest comes: %j',
    (text) => {
      expect(() => framingOf(1)(Buffer.from(text))).toThrow(TooMuchError)
    },
  )
})

describe('an answer that was not asked for', () => {
  it.each(['+PONG\r\n+PONG\r\n', '+PONG\r\n_\r\n', '+PONG\r\n$-1\r\n', '+PONG\r\n*0\r\n'])(
    'ends the conversation: %j',
    (text) => {
      expect(() => framingOf(1)(Buffer.from(text))).toThrow('sent an answer without a request')
    },
  )

  it('that is a refusal is reported in its words', () => {
    expect(() => framingOf(0)(Buffer.from('-DENIED protected mode\r\n'))).toThrow('unasked: DENIED protected mode')
  })

  it('is not taken for the answer to what is asked after it began', () => {
    const asked = { count: 0 }
    const framing = redisFraming(asked, mostBytes, (words) => new Error(words))
    expect(framing(Buffer.from('+OK'))).toEqual([])
    asked.count = 1
    expect(() => framing(Buffer.from('\r\n'))).toThrow('sent an answer without a request')
  })
})

it('an answer in TLS is reported as that', () => {
  expect(() => framingOf(1)(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'tls-required' }) as unknown }) as Refusal,
  )
})
