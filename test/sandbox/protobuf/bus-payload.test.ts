import { expect, it } from 'vitest'
import { decodeBusPayload, emptyBusPayload, encodeBusPayload } from '../../../sandbox/protobuf/bus-payload.js'

it('keeps every field under its number', () => {
  const payload = {
    ...emptyBusPayload,
    envelopeId: 'arq_1_1_abcdef',
    envelopeType: 'command',
    command: 'ping',
    errorCode: 'VALIDATION_ERROR',
    toClient: 'someone',
    payload: { welcome: 'hello', list: [1, null, true] },
    metadata: { tenant_id: 'preflight' },
  }
  expect(JSON.parse(JSON.stringify(decodeBusPayload(encodeBusPayload(payload))))).toEqual(payload)
})

it('writes the numbers of the contract', () => {
  const hex = encodeBusPayload({ ...emptyBusPayload, envelopeId: 'a', toClient: 'b' }).toString('hex')
  expect(hex).toBe('0a0161620162a20100aa0100b20100')
})
