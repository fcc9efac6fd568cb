import fc from 'fast-check'
import protobuf from 'protobufjs'
import 'protobufjs/ext/descriptor.js'
import { expect, it } from 'vitest'
import { envelopeDescriptorSet } from '../../../sandbox/protobuf/descriptor-set.js'
import { decodeEnvelope, encodeEnvelope, type WireEnvelope } from '../../../sandbox/protobuf/envelope.js'
import { ProtobufError } from '../../../sandbox/protobuf/wire-reader.js'
import { propertyRuns } from '../../property-runs.js'

const vector =
  '0a0e707265666c696768742d303030311209707265666c696768741a0570726f62652080d0eab6b733320e0a0776657273696f6e1203312e30aa010d0a076d65737361676512026869'
const vectorEnvelope: WireEnvelope = {
  traceId: 'preflight-0001',
  tenantId: 'preflight',
  roomId: 'probe',
  timestamp: 1_767_225_600_000n,
  twistId: '',
  headers: { version: '1.0' },
  signature: new Uint8Array(),
  body: { kind: 'event', content: { type: 'message', data: Buffer.from('hi') } },
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const bytes = fc.uint8Array({ maxLength: 40 })
const typedData = fc.record({ type: text, data: bytes })
const envelopes: fc.Arbitrary<WireEnvelope> = fc.record({
  traceId: text,
  tenantId: text,
  roomId: text,
  timestamp: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  twistId: text,
  headers: fc.dictionary(text, text, { maxKeys: 4 }),
  signature: bytes,
  body: fc.oneof(
    fc.constant(undefined),
    fc.record({ kind: fc.constantFrom('cmd' as const, 'event' as const), content: typedData }),
    fc.record({
      kind: fc.constant('signal' as const),
      content: fc.record({ type: fc.constantFrom(0n, 1n, 2n), reason: text }),
    }),
  ),
})

/** The same message type, read from our descriptor set by other code than ours. */
const Envelope = protobuf.Root.fromDescriptor(envelopeDescriptorSet()).lookupType('arqon.v1.Envelope')

it('encodes the vector of the contract byte for byte', () => {
  expect(encodeEnvelope(vectorEnvelope).toString('hex')).toBe(vector)
})

it('decodes the vector of the contract', () => {
  const decoded = decodeEnvelope(Buffer.from(vector, 'hex'))
  expect(decoded).toMatchObject({
    traceId: 'preflight-0001',
    tenantId: 'preflight',
    roomId: 'probe',
    timestamp: 1_767_225_600_000n,
  })
  expect(decoded.headers['version']).toBe('1.0')
  expect(decoded.body?.kind === 'event' && Buffer.from(decoded.body.content.data).toString()).toBe('hi')
})

it('gives back every envelope it encodes', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      const again = decodeEnvelope(encodeEnvelope(envelope))
      expect(encodeEnvelope(again)).toEqual(encodeEnvelope(envelope))
      expect({ ...again.headers }).toEqual({ ...envelope.headers })
      expect(again.timestamp).toBe(envelope.timestamp)
    }),
  )
})

it('agrees with another implementation on every envelope', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      const theirs = Envelope.toObject(Envelope.decode(encodeEnvelope(envelope)), { longs: String, defaults: true })
      expect(theirs).toMatchObject({
        trace_id: envelope.traceId,
        tenant_id: envelope.tenantId,
        timestamp: String(envelope.timestamp),
        twist_id: envelope.twistId,
      })
      const ours = decodeEnvelope(Envelope.encode(Envelope.fromObject(theirs)).finish())
      expect(encodeEnvelope(ours)).toEqual(encodeEnvelope(envelope))
    }),
  )
})

it.each([
  ['bytes that start no field', 'ffff'],
  ['a varint where text belongs', '0801'],
  ['text that is cut off', '0a05616263'],
  ['text that is not UTF-8', '0a02c328'],
  ['field number zero', '0000'],
  ['a group', '0b0c'],
  ['text where the timestamp belongs', '220131'],
])('refuses %s', (_what, hex) => {
  expect(() => decodeEnvelope(Buffer.from(hex, 'hex'))).toThrow(ProtobufError)
})

it('skips fields it does not know, and takes an empty message for an empty envelope', () => {
  expect(decodeEnvelope(Buffer.from('f80601', 'hex')).traceId).toBe('')
  expect(decodeEnvelope(new Uint8Array()).body).toBeUndefined()
})

it('throws nothing but its own error on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (anything) => {
      try {
        decodeEnvelope(anything)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
      }
    }),
    { numRuns: propertyRuns(2000) },
  )
})
