import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { afterEach, describe, expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const password = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'
const cwd = folderOf({
  'packs/site/a.yaml': regionPack,
  'orders.env': `REGION=eu\nORDERS_SECRET=${password}\nORDERS_URL=http://orders:${password}@127.0.0.1:1/\n`,
})
const servers: Server[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const probe = (...args: readonly string[]) => preflight(['probe', ...args], { cwd })

/** The two documents that are printed: facts, and a file of checks. */
function documentsOf(stdout: string): readonly unknown[] {
  return parseAllDocuments(stdout).map((document) => document.toJS() as unknown)
}

describe('preflight probe', () => {
  it('lists the kinds with what they observe', async () => {
    const { exitCode, stdout } = await probe()
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ {2}tcp +a TCP port accepts connections$/m)
    const { stdout: json } = await probe('--format', 'json')
    expect(JSON.parse(json)).toMatchObject({
      kinds: expect.arrayContaining([expect.objectContaining({ kind: 'http' })]),
    })
  })

  it('prints facts, and a check that is valid and green as it is', async () => {
    const port = await listening(createServer((socket) => socket.end()))
    const { exitCode, stdout, stderr } = await probe('tcp', 'host=127.0.0.1', `port=${port}`)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('open: true # true or false')
    const [facts, check] = documentsOf(stdout)
    expect(facts).toMatchObject({ facts: { open: true, problem: { code: 'none' } } })
    mkdirSync(join(cwd, 'pasted/orders'), { recursive: true })
    writeFileSync(join(cwd, 'pasted/orders/server.yaml'), stdout.slice(stdout.indexOf('---\n') + 4))
    expect(check).toMatchObject({ checks: { tcp: { tcp: { host: '127.0.0.1', port } } } })
    const run = await preflight(['run', '--no-builtin', '--checks', 'pasted', 'orders/server/tcp'], { cwd })
    expect(run.exitCode, run.stdout).toBe(0)
  })

  it('exits with 0 whatever was observed, and says what is not so now', async () => {
    const { exitCode, stdout } = await probe('tcp', 'address=127.0.0.1:1')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('code: connection-refused')
    expect(stdout).toContain('- facts.problem.code == "none" # not so now')
  })

  it('exits with 4 when nothing could be observed', async () => {
    const silent = createServer((socket) => socket.on('data', () => undefined).on('error', () => undefined))
    const port = await listening(silent)
    const { exitCode, stdout } = await probe('http', `url=http://127.0.0.1:${port}/`, '--timeout', '100ms')
    expect(exitCode).toBe(4)
    expect(stdout).toMatch(/^# http: not observed \(timeout\): no answer within 100ms; reached: connect/)
    const json = await probe('http', `url=http://127.0.0.1:${port}/`, '--timeout', '100ms', '--format', 'json')
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'http', observed: false, outcome: 'timeout' })
  })

  it('shows no secret: of the command line, of the environment, or sent back', async () => {
    const echo = createHttpServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ got: request.headers['x-from'], token: request.headers.authorization }))
    })
    const port = await listening(echo)
    const from = ['headers.x-from=${{ env.ORDERS_SECRET }}', '--env-file', 'orders.env']
    const literal = 'Bq7rT3wY9zA4sD6fH8jK'
    for (const format of ['human', 'json']) {
      const url = `url=http://127.0.0.1:${port}/`
      const { exitCode, stdout, stderr } = await probe(
        'http',
        url,
        `headers.authorization=${literal}`,
        ...from,
        '--format',
        format,
      )
      expect(exitCode, stderr).toBe(0)
      for (const secret of [password, literal]) expect(stdout + stderr).not.toContain(secret.slice(0, 8))
      expect(stdout).toContain('${{ env.ORDERS_SECRET }}')
      expect(stdout).toContain('[redacted]')
    }
    const refused = await probe('http', 'url=${{ env.ORDERS_URL }}', '--env-file', 'orders.env')
    expect(refused.stdout + refused.stderr).not.toContain(password.slice(0, 8))
  })

  it('shows a variable as far as a pack says, and judges it as that pack does', async () => {
    const env = (name: string) => probe('env', `name=${name}`, '--env-file', 'orders.env', ...ownPacks)
    expect((await env('REGION')).stdout).toMatch(/^ {2}value: eu #/m)
    const undeclared = (await env('ORDERS_SECRET')).stdout
    expect(undeclared).toMatch(/# not shown: value, .*ORDERS_SECRET is not declared public/)
    expect(undeclared).toMatch(/^ {2}set: true #/m)
  })

  it.each([
    [['tpc'], /unknown probe kind tpc[^]*did you mean tcp\?/],
    [['tcp', 'prot=1', 'host=h'], /unknown key prot[^]*did you mean port\?/],
    [['tcp'], /for example `preflight probe tcp address=127\.0\.0\.1:9100`/],
    [['tcp', '6379'], /name=value/],
    [['tcp', 'address=${{ env. }}'], /tcp: /],
  ])('%j is refused with what to do', async (args, message) => {
    const { exitCode, stdout, stderr } = await probe(...args)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
