import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../sandbox/deployment.js'
import { startTestDeployment } from '../servers/cluster-template.js'
import { startWebSocketPeer } from '../peers/websocket-peer.js'
import { capturedRun } from './captured-run.js'

let deployment: Deployment
beforeAll(async () => {
  deployment = await startTestDeployment({ withGates: false })
})
afterEach(() => deployment.bus.behave())
afterAll(() => deployment.stop())

async function judged(inputs: Readonly<Record<string, string>> = {}) {
  const { environment } = deployment
  const { document } = await capturedRun({
    environment,
    inputs: { ...deployment.inputs, ...inputs },
    selectors: ['arqonbus/runtime/room-message'],
  })
  const [check] = document.checks
  const { MARK: mark = '' } = (check?.facts['fresh'] ?? {}) as { readonly MARK?: string }
  return { status: check?.status, message: check?.message ?? '', mark }
}

const kept = async (): Promise<number> => Number(await deployment.servers.redis.administer('XLEN', 'arqonbus:messages'))

describe('a message through a room and back (000-12)', () => {
  it('is sent only on request', async () => {
    const before = await kept()
    expect(await judged({ 'arqonbus.room_message': 'false' })).toMatchObject({ status: 'not-applicable' })
    expect(await kept()).toBe(before)
  })

  it('is one message, in a room that is new each time', async () => {
    const before = await kept()
    const [first, second] = [await judged(), await judged()]
    expect([first.status, second.status]).toEqual(['pass', 'pass'])
    expect(second.mark).not.toBe(first.mark)
    expect(await kept()).toBe(before + 2)
    for (const { mark } of [first, second])
      expect(await deployment.servers.redis.administer('XLEN', `arqonbus:room_preflight-${mark}`)).toBe(1)
  })

  it('is not taken for one that an earlier run left there', async () => {
    expect((await judged()).status).toBe('pass')
    deployment.bus.misbehaviour.rooms = 'unkept'
    expect(await judged()).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('the history of its room has 0 messages') as string,
    })
  })

  it('does not come back from a service that sends back whatever it hears', async () => {
    const peer = await startWebSocketPeer((socket) => {
      socket.send('welcome')
      socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }))
    })
    try {
      expect(await judged({ 'arqonbus.bus_url': peer.url })).toMatchObject({ status: 'timeout' })
    } finally {
      await peer.stop()
    }
  })
})
