import type { Workbench } from '../../../engine/self-test.js'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'

/**
 * A peer that answers every request with the same page (RFC 9112), written out by hand; of several, each request with
 * the next, and all further ones with the last.
 */
export function servePage(
  workbench: Workbench,
  status: string,
  mediaType: string,
  ...pages: readonly [string, ...string[]]
): Promise<number> {
  let served = 0
  return workbench.serve((socket) => {
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
      if (!heard.includes('\r\n\r\n')) return
      heard = ''
      const body = pages[Math.min(served++, pages.length - 1)]!
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: ${mediaType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
    })
  })
}

/** A peer that takes everything in and never answers. */
export function serveSilence(workbench: Workbench): Promise<number> {
  return workbench.serve((socket) => void socket.resume())
}

/** Listens with the shortest queue there is, says where, and never looks at it again. */
const deafListener = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`

/** More connections than the queue takes, on every system. */
const crowd = 8

/** Milliseconds without a further connection after which the queue is taken to be full. */
const quiet = 300

/** A loopback port that neither accepts nor refuses: its queue is full, and the system lets further callers wait. */
export async function deafPort(workbench: Workbench): Promise<number> {
  const worker = new Worker(deafListener, { eval: true })
  workbench.onEnd(() => worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  const waiting = Array.from({ length: crowd }, () => connect({ port, host: '127.0.0.1' }).on('error', () => undefined))
  for (const socket of waiting) workbench.onEnd(() => socket.destroy())
  await new Promise<void>((fulfil) => {
    let timer = setTimeout(fulfil, quiet)
    for (const socket of waiting) {
      socket.once('connect', () => {
        clearTimeout(timer)
        timer = setTimeout(fulfil, quiet)
      })
    }
  })
  return port
}
