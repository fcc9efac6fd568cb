import { execPath } from 'node:process'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lockOnHost, type Holder } from '../../src/lock/host-lock.js'

const holder: Holder = { run: '20261121T042400Z-example-3f9a1c', runbook: 'example/example', user: 'ada', pid: 4711, host: 'bus-1', since: '2026-11-21T04:24:00.000Z' }

/** Another process that holds the lock. */
async function held(name: string): Promise<ChildProcess> {
  const program = `
    import { lockOnHost } from ${JSON.stringify(join(import.meta.dirname, '../../src/lock/host-lock.ts'))}
    await lockOnHost('the target', process.argv[1], ${JSON.stringify(holder)})
    console.log('held')
    setInterval(() => undefined, 1000)`
  const child = spawn(execPath, ['--import', 'tsx', '--input-type=module', '-e', program, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

it('is held by one at a time, and says by whom', async () => {
  const name = randomUUID()
  const lock = await lockOnHost('the target', name, holder)
  await expect(lockOnHost('the target', name, { ...holder, user: 'grace' })).rejects.toThrow(
    'the target is held by run 20261121T042400Z-example-3f9a1c of example/example, started by ada (process 4711 on bus-1) at 2026-11-21T04:24:00.000Z',
  )
  const other = await lockOnHost('another', randomUUID(), holder)
  await lock.release()
  const again = await lockOnHost('the target', name, holder)
  await Promise.all([again.release(), other.release()])
})

it('names a holder in another process, and is free once that process is killed', async () => {
  const name = randomUUID()
  const child = await held(name)
  await expect(lockOnHost('the target', name, holder)).rejects.toMatchObject({ exitCode: 25, message: expect.stringContaining('started by ada') as string })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await lockOnHost('the target', name, holder)
  await lock.release()
})

it('is held by a stopped process too, which cannot say who it is', async () => {
  const name = randomUUID()
  const child = await held(name)
  child.kill('SIGSTOP')
  await expect(lockOnHost('the target', name, holder)).rejects.toThrow(/does not answer/)
})

it('believes nothing that a stranger says in its place', async () => {
  const name = randomUUID()
  const lock = await lockOnHost('the target', name, { ...holder, user: 'ada\u001B[2J; rm -rf /' })
  await expect(lockOnHost('the target', name, holder)).rejects.toThrow(/does not answer/)
  await lock.release()
})
