import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { processFate } from '../../src/processes/process-fate.js'

const host = hostname()

it('runs, if it is this one', () => {
  expect(processFate({ pid: process.pid, host }, Date.now())).toBe('running')
})

it('is gone when it has ended', async () => {
  const child = spawn('true')
  await once(child, 'close')
  expect(processFate({ pid: child.pid!, host }, Date.now())).toBe('gone')
})

it('is gone where a later process has its id', () => {
  const beforeThis = Date.now() - process.uptime() * 1000 - 60_000
  expect(processFate({ pid: process.pid, host }, beforeThis)).toBe('gone')
})

it('is unknown on another machine', () => {
  expect(processFate({ pid: process.pid, host: `not-${host}` }, Date.now())).toBe('unknown')
})
