import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMessage } from '../../../src/net/protobuf/protobuf-decode.js'
import { encodeMessage } from '../../../src/net/protobuf/protobuf-encode.js'
import { loadProtobufSchema, type ProtobufSchema } from '../../../src/net/protobuf/protobuf-schema.js'
import { propertyRuns } from '../../property-runs.js'

const checks = join(import.meta.dirname, '../../../checks')
/** Made with other code than ours. */
const vector = {
  fields: {
    trace_id: 'preflight-0001',
    tenant_id: 'preflight',
    room_id: 'probe',
    timestamp: 1_767_225_600_000,
    headers: { version: '1.0' },
    event: { type: 'message', data: 'hi' },
  },
  hex: '0a0e707265666c696768742d303030311209707265666c696768741a0570726f62652080d0eab6b733320e0a0776657273696f6e1203312e30aa010d0a076d65737361676512026869',
}

let folder: string
let envelope: ProtobufSchema
let kinds: ProtobufSchema

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-proto-'))
  writeFileSync(
    join(folder, 'kinds.proto'),
    `syntax = "proto3"; package k;
     import "google/protobuf/struct.proto";
     enum Colour { RED = 0; BLUE = 5; }
     message Kinds {
       int32 small = 1; uint32 natural = 2; int64 large = 3; uint64 huge = 4; sint64 zigzag = 5; fixed64 fixed = 6;
       bool yes = 7; double ratio = 8; float rough = 9; string text = 10; bytes raw = 11; Colour colour = 12;
       repeated string list = 13; map<string, int64> counts = 14; Kinds inner = 15; google.protobuf.Struct free = 16;
     }`,
  )
  writeFileSync(join(folder, 'broken.proto'), 'syntax = "proto3"; message {')
  writeFileSync(join(folder, 'dangling.proto'), 'syntax = "proto3"; message M { Elsewhere e = 1; }')
  envelope = await loadProtobufSchema(checks, ['shield/arqon.proto', 'arqonbus/bus.proto'])
  kinds = await loadProtobufSchema(folder, ['kinds.proto'])
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A length or a tag, as the wire format writes it. */
const varint = (value: number): Buffer =>
  value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)])
const encode = (value: unknown) => encodeMessage(kinds, 'k.Kinds', value)
const decode = (bytes: Uint8Array) => decodeMessage(kinds, 'k.Kinds', bytes)

describe('encoding a message', () => {
  it("agrees with the contract's vector, both ways", () => {
    expect(encodeMessage(envelope, 'arqon.v1.Envelope', vector.fields).toString('hex')).toBe(vector.hex)
    expect(decodeMessage(envelope, 'arqon.v1.Envelope', Buffer.from(vector.hex, 'hex'))).toMatchObject({
      ...vector.fields,
      event: { type: 'message', data: { text: 'hi', hex: '6869' } },
      payload: 'event',
      cmd: { type: '' },
      signal: { type: 'UNKNOWN' },
    })
  })

  it('keeps every value that fits its field', () => {
    const int64 = fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()))
    const uint64 = fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()))
    const text = fc.string({ unit: 'binary' })
    const value = fc.record({
      small: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      natural: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      large: int64,
      huge: uint64,
      zigzag: int64,
      fixed: uint64,
      yes: fc.boolean(),
      ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
      text,
      colour: fc.constantFrom('RED', 'BLUE'),
      list: fc.array(text),
      counts: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        int64,
      ),
      free: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    })
    fc.assert(
      fc.property(value, (fields) => {
        const plain = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>
        expect(decode(encode({ ...plain, inner: plain }))).toMatchObject({ ...plain, inner: plain })
      }),
      { numRuns: propertyRuns(60) },
    )
  })

  it('takes bytes as text, as digits, and as a nested message', () => {
    const inside = decodeMessage(kinds, 'k.Kinds', encode({ raw: { type: 'k.Kinds', value: { small: 7 } } }), {
      raw: 'k.Kinds',
    })
    expect(inside).toMatchObject({ raw: { small: 7, text: '' } })
    expect(decode(encode({ raw: { hex: 'ff00' } }))).toMatchObject({ raw: { hex: 'ff00' } })
    expect(decode(encode({ raw: 'ü' }))).toMatchObject({ raw: { hex: 'c3bc', text: 'ü' } })
  })

  it('gives unset fields their default, and ends where a message holds itself', () => {
    const empty = decode(new Uint8Array())
    expect(empty).toMatchObject({
      small: 0,
      large: 0,
      yes: false,
      text: '',
      colour: 'RED',
      list: [],
      counts: {},
      free: {},
      raw: { hex: '', text: '' },
      inner: { inner: { text: '' } },
    })
    expect(JSON.stringify(empty).length).toBeLessThan(10_000)
  })

  it.each([
    [{ nothing: 1 }, 'Kinds has no field nothing'],
    [{ constructor: 1 }, 'Kinds has no field constructor'],
    [{ small: 2 ** 31 }, 'small: the number does not fit int32'],
    [{ natural: -1 }, 'natural: the number does not fit uint32'],
    [{ huge: '18446744073709551616' }, 'huge: the number does not fit uint64'],
    [{ large: 1.5 }, 'large: expected a whole number'],
    [{ large: 2 ** 60 }, 'large: expected a whole number (as text if it is beyond 2^53)'],
    [{ yes: 'true' }, 'yes: expected true or false'],
    [{ text: 1 }, 'text: expected text'],
    [{ raw: { hex: 'f' } }, 'raw: not an even number of hexadecimal digits'],
    [{ raw: 1 }, 'raw: write bytes as'],
    [{ raw: { type: 'k.None', value: {} } }, 'raw: unknown message k.None'],
    [{ colour: 'GREEN' }, 'colour: expected one of RED, BLUE'],
    [{ list: 'a' }, 'list: expected a list'],
    [{ counts: [] }, 'counts: expected a mapping'],
    [{ inner: { inner: { text: null } } }, 'inner: inner: text: expected text'],
    [{ free: [] }, 'free: a Struct must be a mapping'],
    ['text', 'Kinds must be a mapping'],
  ])('refuses %j', (value, message) => {
    expect(() => encode(value)).toThrow(message)
  })
})

describe('decoding bytes from outside', () => {
  it('refuses what is not a message', () => {
    for (const hex of ['ffff', '0aff', '7b227d', '9a0105'])
      expect(() => decodeMessage(envelope, 'arqon.v1.Envelope', Buffer.from(hex, 'hex'))).toThrow()
  })

  it('decodes or throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(decode(bytes)).toHaveProperty('text')
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
      { numRuns: propertyRuns(1000) },
    )
  })

  it('refuses a Struct that nests without end', () => {
    const field = (number: number, inner: Buffer): Buffer =>
      Buffer.concat([varint((number << 3) | 2), varint(inner.length), inner])
    const nested = (levels: number): Buffer => {
      let struct: Buffer = Buffer.alloc(0)
      // Struct.fields entry (1): key (1), value (2): Value.struct_value (5).
      for (let level = 0; level < levels; level += 1)
        struct = field(1, Buffer.concat([field(1, Buffer.from('a')), field(2, field(5, struct))]))
      return field(16, struct)
    }
    expect(decode(nested(20))).toHaveProperty('free.a.a.a')
    expect(() => decode(nested(500))).toThrow()
  })
})

describe('reading .proto files', () => {
  it.each([
    [['nowhere.proto'], 'nowhere.proto: ENOENT'],
    [['broken.proto'], 'broken.proto: '],
    [['dangling.proto'], 'dangling.proto: no such'],
  ])('%j: says which one and why', async (files, message) => {
    await expect(loadProtobufSchema(folder, files)).rejects.toThrow(message)
  })

  it('knows no message that is not described', () => {
    expect(() => kinds.type('k.None')).toThrow('unknown message k.None')
    expect(() => kinds.type('k.Colour')).toThrow('unknown message k.Colour')
  })
})
