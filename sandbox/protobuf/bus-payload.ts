import { decodeStruct, encodeStruct, type JsonObject } from './struct.js'
import { bytesOf, readFields, stringOf } from './wire-reader.js'
import { messageField, stringField } from './wire-writer.js'

const textNumbers = {
  envelopeId: 1,
  envelopeType: 2,
  version: 3,
  sender: 4,
  channel: 5,
  command: 6,
  requestId: 7,
  status: 8,
  error: 9,
  errorCode: 10,
  fromClient: 11,
  toClient: 12,
} as const

const structNumbers = { payload: 20, args: 21, metadata: 22 } as const

type TextName = keyof typeof textNumbers
type StructName = keyof typeof structNumbers

/** `arqon.pybus.v1.BusPayload`, what the bus puts into an envelope's `data`. Absent text is empty. */
export type BusPayload = Readonly<Record<TextName, string>> & Readonly<Record<StructName, JsonObject>>

const textNames = Object.keys(textNumbers) as TextName[]
const structNames = Object.keys(structNumbers) as StructName[]

export const emptyBusPayload: BusPayload = {
  envelopeId: '',
  envelopeType: '',
  version: '',
  sender: '',
  channel: '',
  command: '',
  requestId: '',
  status: '',
  error: '',
  errorCode: '',
  fromClient: '',
  toClient: '',
  payload: {},
  args: {},
  metadata: {},
}

export function encodeBusPayload(payload: BusPayload): Buffer {
  return Buffer.concat([
    ...textNames.map((name) => stringField(textNumbers[name], payload[name])),
    ...structNames.map((name) => messageField(structNumbers[name], encodeStruct(payload[name]))),
  ])
}

/** @throws ProtobufError */
export function decodeBusPayload(bytes: Uint8Array): BusPayload {
  const decoded: Partial<Record<TextName, string>> & Partial<Record<StructName, JsonObject>> = {}
  for (const field of readFields(bytes)) {
    const text = textNames.find((name) => textNumbers[name] === field.number)
    if (text !== undefined) decoded[text] = stringOf(field)
    const struct = structNames.find((name) => structNumbers[name] === field.number)
    if (struct !== undefined) decoded[struct] = decodeStruct(bytesOf(field))
  }
  return { ...emptyBusPayload, ...decoded }
}
