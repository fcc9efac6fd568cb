import { describe, expect, it } from 'vitest'
import { postgresFraming } from '../../../src/net/postgres/postgres-messages.js'

/** A message of the protocol: its type, its length, and its body. */
function message(type: string, ...parts: readonly (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(`${part}\0`) : typeof part === 'number' ? int32(part) : part,
    ),
  )
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

const ready = message('Z', Buffer.from('I'))
const described = message('T', int16(1), 'one', int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0))
const row = message('D', int16(1), 1, Buffer.from('1'))

/** What servers send, by the manual's "Message Flow" and "Message Formats". */
const conversations: Readonly<Record<string, readonly Buffer[]>> = {
  'a login by SCRAM': [
    message('R', 10, 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', ''),
    message('R', 11, Buffer.from('r=a,s=b,i=4096')),
    message('R', 12, Buffer.from('v=c')),
    message('R', 0),
  ],
  'a login by MD5, with what follows it': [
    message('R', 5, Buffer.from('salt')),
    message('R', 0),
    message('S', 'server_version', '12.22'),
    message('S', 'in_hot_standby', 'off'),
    message('K', 7, 9),
    ready,
  ],
  'the key of protocol 3.2': [message('R', 0), message('K', 7, Buffer.alloc(32, 1)), ready],
  'the longest key': [message('K', 7, Buffer.alloc(256, 1))],
  'an older protocol, and options that are not known': [
    message('v', 196608, 2, '_pq_.one', '_pq_.two'),
    message('R', 0),
  ],
  'an empty query': [message('I'), ready],
  'several statements, one without rows': [
    described,
    row,
    row,
    message('C', 'SELECT 2'),
    message('C', 'SET'),
    message('T', int16(0)),
    message('D', int16(0)),
    message('C', 'SELECT 1'),
    ready,
  ],
  'the extended query, its portal suspended': [
    message('1'),
    message('2'),
    described,
    row,
    message('s'),
    row,
    message('C', 'SELECT 2'),
    message('3'),
    ready,
  ],
  'a statement described that gives no rows': [
    message('1'),
    message('t', int16(2), 23, 25),
    message('n'),
    message('C', 'INSERT 0 1'),
    ready,
  ],
  'a COPY to us': [
    message('H', Buffer.from([0]), int16(1), int16(0)),
    message('d', Buffer.from('1\n')),
    message('c'),
    message('C', 'COPY 1'),
    ready,
  ],
  'a notice, a notification and an error within a row': [
    described,
    message('N', Buffer.from('S'), 'WARNING', Buffer.from('M'), 'words', Buffer.from([0])),
    message('A', 7, 'channel', ''),
    row,
    message('E', Buffer.from('C'), '22012', Buffer.from([0])),
    ready,
  ],
}

describe('a conversation with a PostgreSQL server', () => {
  it.each(Object.entries(conversations))('%s comes through whole, however it is cut', (_, messages) => {
    const bytes = Buffer.concat(messages)
    expect(postgresFraming()(bytes)).toEqual(messages)
    const framing = postgresFraming()
    expect([...bytes].flatMap((byte) => framing(Buffer.from([byte])))).toEqual(messages)
  })
})

describe('what no server sends', () => {
  it.each([
    ['a key of three bytes', [message('K', 7, Buffer.alloc(3))]],
    ['a key that is too long', [message('K', 7, Buffer.alloc(257))]],
    ['an error without its end', [message('E', Buffer.from('C'), '22012')]],
    ['a row before its columns', [row]],
    ['a row with a column too many', [described, message('D', int16(2), -1, -1)]],
    ['a column of an impossible length', [described, message('D', int16(1), -2)]],
    ['columns below zero', [message('T', int16(-1))]],
    ['a state that there is not', [message('Z', Buffer.from('X'))]],
    ['a body that goes on', [message('R', 0, 0)]],
    ['a length below its own four bytes', [Buffer.from([0x5a, 0, 0, 0, 3])]],
  ])('%s is refused', (_, messages) => {
    expect(() => postgresFraming()(Buffer.concat(messages))).toThrow('it is not what PostgreSQL sends')
  })
})
