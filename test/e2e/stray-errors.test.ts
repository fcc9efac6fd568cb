import { spawn, spawnSync } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { withParts } from './built.js'
import { folderOf, preflight } from './cli/preflight.js'

/** Runs a program that owns its strays as the real one does, and gives what it printed. */
async function printed(program: string): Promise<readonly string[]> {
  const text = `
    import { createServer, connect } from 'node:net'
    import { EventEmitter } from 'node:events'
    ${withParts(['strayErrors'])}
    const { handOverStray, owningStrays } = strayErrors
    const onStray = (error) => { if (!handOverStray(error)) { console.log('nobody: ' + error.message); process.exit(70) } }
    process.on('uncaughtException', onStray)
    process.on('unhandledRejection', onStray)
    const owned = (name, run) => owningStrays((error) => console.log(name + ': ' + error.message), run)
    ${program}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return [...out.trim().split('\n'), `exit ${String(code)}`]
}

it('go to whoever started the work, however they come, and the others go on', async () => {
  const lines = await printed(`
    owned('timer', () => setTimeout(() => { throw new Error('late') }, 10))
    owned('promise', () => void (async () => { await new Promise((resolve) => setTimeout(resolve, 20)); throw new Error('unheard') })())
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1', () => {
      owned('socket', () => connect(server.address().port, '127.0.0.1').on('data', () => { throw new Error('in its own event') }).on('close', () => server.close()))
    })
    setTimeout(() => console.log('another: done'), 200)`)
  expect(lines.toSorted()).toEqual([
    'another: done',
    'exit 0',
    'promise: unheard',
    'socket: in its own event',
    'timer: late',
  ])
})

it('what a driver would throw over ends its check in a run, and the other results remain', async () => {
  // More answers than questions, and each of them nothing: ioredis throws over that in a tick of its own when they get
  // to it.
  const peer = createServer(
    (socket) => void socket.on('error', () => undefined).once('data', () => socket.write('$-1\r\n$-1\r\n$-1\r\n')),
  )
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
  const { port } = peer.address() as AddressInfo
  const packs = `stage: datastores
checks:
  store: { title: the store answers, severity: high, class: dependency, redis: { url: "redis://127.0.0.1:${port}" }, expect: [facts.canWrite], fix: start it }
  other: { title: the port is open, severity: high, class: dependency, tcp: { host: 127.0.0.1, port: ${port} }, expect: [facts.open], fix: start it }
`
  const folder = folderOf({ 'packs/site/a.yaml': packs, 'eu.env': 'REGION=eu\n' })
  try {
    const { exitCode, stdout } = await preflight(
      ['run', '--no-builtin', '--checks', 'packs', '--env-file', 'eu.env', '--format', 'json'],
      { cwd: folder },
    )
    const { checks } = JSON.parse(stdout) as {
      readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[]
    }
    expect(checks.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      'site/a/other pass',
      'site/a/store error',
    ])
    expect(checks.find(({ id }) => id === 'site/a/store')?.message).toContain(
      'the server sent an answer without a request',
    )
    expect(exitCode).toBe(4)
  } finally {
    peer.close()
  }
})

it('a main thread that does not respond is ended from beside it, and what was running is said', async () => {
  const text = `
    ${withParts(['watchdog'])}
    watchdog.startWatchdog(1000).running(['site/a/one', 'site/a/two'])
    setTimeout(() => { for (;;); }, 800)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
  expect(said).toBe(
    'preflight: killed, because it did not respond for 1 s; running: site/a/one, site/a/two. This is a bug in preflight; there is no verdict.\n',
  )
})

it('a main thread that answers is left alone, and nothing waits for the watch', async () => {
  const text = `
    ${withParts(['watchdog'])}
    watchdog.startWatchdog(1000)
    setTimeout(() => console.log('done'), 3000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  expect(said).toBe('done\n')
})

it('that belong to no check end the program', async () => {
  expect(await printed(`setTimeout(() => { throw new Error('whose?') }, 10); owned('one', () => 1)`)).toEqual([
    'nobody: whose?',
    'exit 70',
  ])
})

const isolated = ['--user', '--map-root-user', '--pid', '--fork']

it.runIf(spawnSync('unshare', [...isolated, 'true']).status === 0)(
  'the first process of a container is ended too, though no signal of its own ends it',
  async () => {
    const text = `
    ${withParts(['watchdog'])}
    watchdog.startWatchdog(1000).running(['site/a/one'])
    if (process.pid !== 1) throw new Error('it is not the first')
    setTimeout(() => { for (;;); }, 800)`
    const child = spawn('unshare', [...isolated, '--kill-child', process.execPath, '--input-type=module', '-e', text], {
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = await new Promise((resolve) => child.once('close', (code, by) => resolve(by ?? code)))
    expect(said).toBe(
      'preflight: killed, because it did not respond for 1 s; running: site/a/one. This is a bug in preflight; there is no verdict.\n',
    )
    expect(['SIGTRAP', 128 + 5]).toContain(ended)
  },
)
