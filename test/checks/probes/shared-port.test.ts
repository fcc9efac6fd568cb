import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../sandbox/process/free-port.js'
import { probe as listeners } from '../../../src/checks/probes/listeners.js'
import { probe as websocket } from '../../../src/checks/probes/websocket.js'
import { startSharingProcess, type SharingProcess } from '../../peers/shared-port.js'
import { observe } from './observe.js'

let port: number
const processes: SharingProcess[] = []

beforeAll(async () => {
  port = await freePort()
  processes.push(await startSharingProcess(port, 'closed'))
})
afterAll(() => Promise.all(processes.map((each) => each.stop())))

const door = (connections: number) => observe(websocket, { url: `ws://127.0.0.1:${port}/`, connections })
const listening = () => observe(listeners, { address: `ws://127.0.0.1:${port}/` })

describe('two processes that share a port', () => {
  it('are one while there is one', async () => {
    expect(await listening()).toMatchObject({
      services: 1,
      listeners: [expect.stringMatching(new RegExp(`^.+ \\(process ${processes[0]!.pid}\\) at 127\\.0\\.0\\.1$`))],
    })
    expect(await door(8)).toMatchObject({ connections: 8, refusals: 8, shown: 1, upgraded: false, status: 401 })
  })

  it('both get connections when there are enough, and are counted', async () => {
    processes.push(await startSharingProcess(port, 'open'))
    expect(await listening()).toMatchObject({ here: true, told: true, services: 2 })
    // Each connection comes to either: that all of 64 come to the closed one is too unlikely to matter.
    const facts = await door(64)
    expect(facts).toMatchObject({ upgraded: true, status: 101, problem: { code: 'none' } })
    expect(facts.shown).toBe(facts.connections)
    expect(facts.refusals).toBe(facts.connections - 1)
  })
})
