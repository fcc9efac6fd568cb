import { expect, it } from 'vitest'
import { envelopeDescriptorSet, messageNames } from '../../../sandbox/protobuf/descriptor-set.js'
import { ProtobufError } from '../../../sandbox/protobuf/wire-reader.js'

it('holds the package of the contract', () => {
  expect(messageNames(envelopeDescriptorSet())).toEqual([
    'arqon.v1.Envelope',
    'arqon.v1.Command',
    'arqon.v1.Event',
    'arqon.v1.SystemSignal',
  ])
})

it('finds no messages in something else', () => {
  expect(messageNames(new Uint8Array())).toEqual([])
  expect(() => messageNames(Buffer.from('not a descriptor'))).toThrow(ProtobufError)
})
