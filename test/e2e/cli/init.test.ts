import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomSecret } from '../../../sandbox/random-secret.js'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { terminalSession, type TerminalSession } from '../../cli/support/terminal.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { program } from '../program.js'
import { folderOf, preflight, startProgram, type Started } from './preflight.js'

const down = '\u001B[B'

/** Types an answer to a question once it is shown; what is typed before does not count. */
async function answer(session: TerminalSession, question: string, keys: string): Promise<void> {
  await session.shows(question)
  await new Promise((resolve) => setTimeout(resolve, 300))
  session.type(`${keys}\r`)
}

const atTerminal = (cwd: string, ...args: readonly string[]): TerminalSession =>
  terminalSession([process.execPath, '--', program, ...args], { cwd, environment: { HOME: cwd } })

describe('init without a terminal', () => {
  it('says which flags answer, and writes nothing', async () => {
    const cwd = folderOf({})
    const { exitCode, stderr } = await preflight(['init'], { cwd })
    expect(exitCode).toBe(2)
    for (const flag of ['--yes', '--pack NAME', '--own', '--env-file FILE', '--gates', '--input'])
      expect(stderr).toContain(flag)
    expect(existsSync(join(cwd, 'preflight.yaml'))).toBe(false)
  })

  it.each([
    ['a pack of your own', ['--yes']],
    ['one for a deployment with a strange name', ['--own', '--deployment', 'a: b # "c" {x}']],
    ['a pack that ships', ['--pack', 'shield', '--input', 'shield_directory=/srv/shield', '--env-shell']],
    ['all of them', ['--pack', 'arqonbus', '--pack', 'shield', '--own', '--gates', '--deployment', 'arqonbus']],
    ['a secret input', ['--pack', 'arqonbus', '--input', 'test_redis_url=redis://:q8Zr-canary@localhost/0']],
  ])('what it writes for %s is valid at once', async (_, args) => {
    const cwd = folderOf({ '.env': 'CACHE=redis://localhost/0\nTOKEN_SECRET=x\n' })
    const { exitCode, stdout, stderr } = await preflight(['init', ...args], { cwd })
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toContain('preflight run')
    const validated = await preflight(['validate'], { cwd })
    expect({ exitCode: validated.exitCode, stderr: validated.stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(readFileSync(join(cwd, 'preflight.yaml'), 'utf8')).not.toContain('canary')
  })

  it('the environment file is named from the folder of preflight.yaml', async () => {
    const cwd = folderOf({ 'prod.env': 'API_SECRET=please-change-me\n' })
    const { stdout } = await preflight(['init', 'deploy', '--own', '--env-file', 'prod.env'], { cwd })
    expect(stdout).toContain('cd deploy')
    expect(readFileSync(join(cwd, 'deploy/preflight.yaml'), 'utf8')).toContain('environment: [../prod.env]')
    const ran = await preflight([], { cwd: join(cwd, 'deploy') })
    expect({ exitCode: ran.exitCode, isRed: ran.stdout.includes('✖ deploy/secrets/api-secret') }).toEqual({
      exitCode: 1,
      isRed: true,
    })
  })

  it('says in one screen what a pack still misses', async () => {
    const cwd = folderOf({ '.env': 'JWT_SECRET=x\n' })
    expect((await preflight(['init', '--yes', '--pack', 'shield'], { cwd })).stdout).toContain('shield_directory')
    const { exitCode, stdout, stderr } = await preflight([], { cwd })
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain('shield_directory')
  })

  it.each([
    ['below a file', 'preflight.test/x'],
    ['below /proc', '/proc/preflight'],
  ])('a folder %s is said to be what it is', async (_, folder) => {
    const cwd = folderOf({ 'preflight.test': '' })
    const { exitCode, stderr } = await preflight(['init', folder, '--yes'], { cwd })
    expect(exitCode).toBe(74)
    expect(stderr).toMatch(/could not be written: (?:ENOTDIR|ENOENT)/)
  })
})

describe('from an empty folder to a verdict on a deployment of your own', () => {
  let folder: string
  let redis: RedisServer
  let postgres: PostgresServer
  let service: Server
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preflight-init-'))
    // Postgres runs as a user of its own.
    await chmod(folder, 0o755)
    redis = await startRedis(join(folder, 'redis'))
    postgres = await startPostgres(join(folder, 'postgres'), await clusterTemplate(), 'orders')
    service = createServer((_, response) => response.end('ok'))
    await new Promise<void>((resolve) => void service.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    service.close()
    await redis.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('takes four commands and no edited file', async () => {
    const cwd = folderOf({
      '.env': `REDIS_URL=${redis.url}\nDATABASE_URL=${postgres.url}\nJWT_SECRET=${randomSecret(48)}\n`,
    })
    const { port } = service.address() as AddressInfo
    const session = atTerminal(cwd, 'init')
    await answer(session, 'What do you run?', `${down}${down}${down}`)
    await answer(session, 'What else, besides', `${down}${down}${down}`)
    await answer(session, 'Where is the environment', '')
    await answer(session, 'Which other address', `http://127.0.0.1:${port}/health`)
    await answer(session, 'And another?', '')
    expect(await session.ended, session.screen()).toBe(0)
    expect(session.screen().replace(/\s+/g, ' ')).toContain(
      'Found in the environment: REDIS_URL, DATABASE_URL, JWT_SECRET.',
    )
    expect(session.screen()).toContain('preflight run')

    expect(await preflight(['validate'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' })
    const green = await preflight(['--format', 'json'], { cwd })
    const { counts } = JSON.parse(green.stdout) as { counts: { passed: number; selected: number } }
    expect({ exitCode: green.exitCode, ...counts }).toMatchObject({ exitCode: 0, selected: 4 })

    await redis.stop()
    const red = await preflight([], { cwd })
    expect(red.exitCode).toBe(1)
    expect(red.stdout).toMatch(/✖ \S+\/datastores\/redis-url/)
    expect(red.stdout).toContain('connection-refused')
    expect(red.stdout).not.toMatch(/✖ \S+\/(?:datastores\/database-url|runtime\/http|secrets\/jwt-secret)/)
  })

  it('Ctrl-C at a question writes nothing', async () => {
    const cwd = folderOf({})
    const session = atTerminal(cwd, 'init')
    await answer(session, 'What do you run?', '\u0003')
    expect(await session.ended).toBe(130)
    expect(existsSync(join(cwd, 'preflight.yaml'))).toBe(false)
  })
})

describe('from a sandbox that is up to a verdict on the packs that ship', () => {
  let sandbox: Started
  let printed = ''
  beforeAll(async () => {
    sandbox = startProgram(['sandbox', 'up'])
    sandbox.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')))
    await sandbox.said('Ctrl-C ends it')
  })
  afterAll(async () => {
    sandbox.child.kill('SIGKILL')
    await sandbox
  })

  it('takes four commands and one edited file', async () => {
    const cwd = folderOf({})
    const environment = /--env-file (\S+)/.exec(printed)![1]!
    const input = (name: string): string => new RegExp(`--input '?${name}=([^' \\n]+)`).exec(printed)![1]!
    const session = atTerminal(cwd, 'init', '--env-file', environment)
    await answer(session, 'What do you run?', '')
    await answer(session, 'besides arqonbus?', '')
    await answer(session, 'besides arqonbus and shield?', `${down}${down}`)
    await answer(session, 'Do the gates run here?', '')
    for (const name of [
      'arqonbus.bus_http_url',
      'shield.shield_directory',
      'shield.shield_url',
      'shield.shield_metrics_url',
    ])
      await answer(session, `${name} (empty`, input(name))
    expect(await session.ended, session.screen()).toBe(0)

    const file = join(cwd, 'preflight.yaml')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('gates: false')
    expect(await preflight(['validate'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' })
    const green = await startProgram([], { cwd })
    expect(green.exitCode, green.stdout + green.stderr).toBe(0)
    expect(green.stdout.replace(/\s+/g, ' ')).toContain('the gates were left out (gates: false, preflight.yaml:')

    writeFileSync(file, text.replace(/shield\.shield_url: .*/, 'shield.shield_url: ws://127.0.0.1:1/ws'))
    const red = await startProgram([], { cwd })
    expect(red.exitCode).toBe(1)
    expect(red.stdout).toContain('shield/runtime/reachable')
  })
})
