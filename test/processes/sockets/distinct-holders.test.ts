import { describe, expect, it } from 'vitest'
import { distinctHolders, type HeldListener } from '../../../src/processes/sockets/listening-sockets.js'

let inode = 0
const socket = (address: string, pids: readonly number[], user = 1000): HeldListener => ({
  address,
  port: 9100,
  user,
  inode: String((inode += 1)),
  owners: pids.map((pid) => ({ pid, program: `program-${pid}` })),
})

describe('how many services hold the sockets of a port', () => {
  it.each<[string, readonly HeldListener[], number]>([
    ['none', [], 0],
    ['one process', [socket('127.0.0.1', [7])], 1],
    ['one process on both protocols', [socket('0.0.0.0', [7]), socket('::', [7])], 1],
    ['a parent and the workers that have its socket', [socket('0.0.0.0', [7, 8, 9])], 1],
    ['a parent that holds a socket of each worker', [socket('0.0.0.0', [7, 8]), socket('0.0.0.0', [7, 9])], 1],
    [
      'workers that are joined by a later socket alone',
      [socket('0.0.0.0', [8]), socket('0.0.0.0', [9]), socket('0.0.0.0', [8, 9])],
      1,
    ],
    ['two processes', [socket('127.0.0.1', [7]), socket('127.0.0.1', [8])], 2],
    ['two processes, one on each protocol', [socket('127.0.0.1', [7]), socket('::1', [8])], 2],
    ['a hidden one on both protocols', [socket('0.0.0.0', []), socket('::', [])], 1],
    ['a hidden one with two sockets for the same', [socket('0.0.0.0', []), socket('0.0.0.0', []), socket('::', [])], 2],
    ['hidden ones of two users', [socket('127.0.0.1', [], 0), socket('::1', [], 1000)], 2],
    ['one that is seen and a hidden one', [socket('127.0.0.1', [7]), socket('127.0.0.1', [], 0)], 2],
  ])('%s', (_name, listeners, services) => {
    expect(distinctHolders(listeners)).toBe(services)
  })
})
