import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { capturedRun } from './captured-run.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-peers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ladders: Readonly<Record<string, string>> = {
  redis: 'redis: { url: "redis://:a-password@127.0.0.1:${{ inputs.port }}/0" }',
  postgres: 'postgres: { url: "postgresql://bus:a-password@127.0.0.1:${{ inputs.port }}/bus" }',
  nats: 'nats: { url: "nats://bus:a-password@127.0.0.1:${{ inputs.port }}" }',
  mqtt: 'mqtt: { url: "mqtt://bus:a-password@127.0.0.1:${{ inputs.port }}" }',
  http: 'http: { url: "http://127.0.0.1:${{ inputs.port }}/" }',
  websocket: 'websocket: { url: "ws://127.0.0.1:${{ inputs.port }}/" }',
  prometheus: 'prometheus: { url: "http://127.0.0.1:${{ inputs.port }}/metrics" }',
  tls: 'tls: { host: 127.0.0.1, port: "${{ inputs.port }}" }',
}

/**
 * What a peer owes first, once it has accepted: of a plain address no TLS, but PostgreSQL is asked whether it has any.
 */
const awaited: Readonly<Record<string, string>> = {
  redis: 'hello',
  postgres: 'tls',
  nats: 'info',
  mqtt: 'connack',
  http: 'response',
  websocket: 'response',
  prometheus: 'response',
  tls: 'tls',
}

mkdirSync(join(folder, 'site'))
writeFileSync(
  join(folder, 'site/a.yaml'),
  `stage: datastores
inputs:
  port: { type: integer, description: where the peer listens }
checks:
${Object.entries(ladders)
  .map(
    ([name, probe]) =>
      `  ${name}:\n    title: the peer answers\n    severity: blocker\n    class: dependency\n    timeout: 1s\n    ${probe}\n    expect:\n      - that: facts.problem.code == "none"\n        message: "\${{ facts.problem.code }} after \${{ facts.reached }}"\n    fix: look at it\n`,
  )
  .join('')}`,
)

/** Runs one ladder against a peer that does this with every connection. */
async function against(ladder: string, behave: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const inputs = { port: String((server.address() as AddressInfo).port) }
    const run = await capturedRun({
      environment: {},
      inputs,
      checks: [folder],
      noBuiltin: true,
      selectors: [`site/a/${ladder}`],
    })
    return { exitCode: run.exitCode, check: run.document.checks[0] }
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe.each(Object.keys(ladders))('%s, as a whole run', (ladder) => {
  it('against a peer that stays silent ends with exit code 4 and names the rung', async () => {
    const { exitCode, check } = await against(ladder, () => undefined)
    expect({ exitCode, status: check?.status }).toEqual({ exitCode: 4, status: 'timeout' })
    expect(check?.message).toMatch(new RegExp(`reached: connect, next: ${awaited[ladder]}$`))
  })

  it.each([
    ['hangs up', (socket: Socket) => socket.end()],
    ['resets the connection', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
  ])('against a peer that %s is a classified refusal, exit code 1, and names the rung', async (_, behave) => {
    // A NATS client says nothing before the server does, so a reset cannot answer its first word.
    const { exitCode, check } = await against(ladder, ladder === 'nats' ? (socket) => socket.end() : behave)
    expect({ exitCode, status: check?.status }).toEqual({ exitCode: 1, status: 'fail' })
    expect(check?.message).toMatch(/^connection-(closed|reset) after connect$/)
  })
})

it.each(Object.keys(ladders))('%s against a port where nothing listens is exit code 1', async (ladder) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const run = await capturedRun({
    environment: {},
    inputs: { port: String(port) },
    checks: [folder],
    noBuiltin: true,
    selectors: [`site/a/${ladder}`],
  })
  expect(run.exitCode).toBe(1)
  expect(run.document.checks[0]?.message).toMatch(/^connection-refused after resolve$/)
})
