import fc from 'fast-check'
import protobuf from 'protobufjs'
import { expect, it } from 'vitest'
import { decodeStruct, encodeStruct, type JsonObject, type JsonValue } from '../../../sandbox/protobuf/struct.js'

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.string(),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('json'), { maxKeys: 4 }),
  ),
}))
const objects = fc.dictionary(fc.string(), json, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>

interface TheirValue {
  readonly kind?: string
  readonly nullValue?: number
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly structValue?: { readonly fields?: Readonly<Record<string, TheirValue>> }
  readonly listValue?: { readonly values?: readonly TheirValue[] }
}

function toPlain(value: TheirValue): JsonValue {
  if (value.numberValue !== undefined) return value.numberValue
  if (value.stringValue !== undefined) return value.stringValue
  if (value.boolValue !== undefined) return value.boolValue
  if (value.listValue !== undefined) return (value.listValue.values ?? []).map(toPlain)
  if (value.structValue !== undefined)
    return Object.fromEntries(
      Object.entries(value.structValue.fields ?? {}).map(([name, each]) => [name, toPlain(each)]),
    )
  return null
}

const definition = protobuf.common.get('google/protobuf/struct.proto')
const Struct = protobuf.Root.fromJSON(definition as protobuf.INamespace).lookupType('google.protobuf.Struct')

it('gives back every JSON object', () => {
  fc.assert(
    fc.property(objects, (object) => {
      expect(JSON.parse(JSON.stringify(decodeStruct(encodeStruct(object))))).toEqual(JSON.parse(JSON.stringify(object)))
    }),
  )
})

it('is what another implementation reads', () => {
  fc.assert(
    fc.property(
      objects.filter((object) => !JSON.stringify(object).includes('__proto__')),
      (object) => {
        const theirs = Struct.toObject(Struct.decode(encodeStruct(object)), {
          oneofs: true,
        }) as TheirValue['structValue']
        expect(JSON.parse(JSON.stringify(toPlain({ structValue: theirs ?? {} })))).toEqual(
          JSON.parse(JSON.stringify(object)),
        )
      },
    ),
  )
})
