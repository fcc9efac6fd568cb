import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockOnHost, type Holder } from '../../../src/processes/locks/host-lock.js'
import { lockFile, removeLocksOfTheDead } from '../../../src/processes/locks/file-lock.js'
import { compiled } from '../../compiled.js'

const holder: Holder = {
  run: '20261121T042400Z-example-3f9a1c',
  runbook: 'example/example',
  user: 'ada',
  pid: 4711,
  host: 'bus-1',
  since: '2026-11-21T04:24:00.000Z',
}

/** A network namespace of its own, as a container has. */
const apart = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net']
const canBeApart = spawnSync(apart[0]!, [...apart.slice(1), 'true']).status === 0
const isRoot = process.getuid?.() === 0

/** Another process that holds the lock. */
async function held(
  name: string,
  { folder = '/run/lock/preflight', around = [] as readonly string[], uid = process.getuid!() } = {},
): Promise<ChildProcess> {
  const program = `
    import { lockOnHost } from ${JSON.stringify(compiled(join(import.meta.dirname, '../../../src/processes/locks/host-lock.ts')))}
    await lockOnHost('the target', process.argv[1], ${JSON.stringify(holder)}, process.argv[2])
    console.log('held')
    setInterval(() => undefined, 1000)`
  const [file, ...args] = [...around, execPath, '--input-type=module', '-e', program, name, folder]
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    uid,
  })
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
  await expect(lockOnHost('the target', name, holder)).rejects.toMatchObject({
    exitCode: 25,
    message: expect.stringContaining('started by ada') as string,
  })
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

describe('the file in the shared folder', () => {
  const named =
    'the target is held by run 20261121T042400Z-example-3f9a1c of example/example, started by ada (process 4711 on bus-1)'
  const fileOf = (folder: string, name: string): string =>
    join(folder, `${createHash('sha256').update(name).digest('hex')}.lock`)

  function sharedFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'preflight-lock-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    chmodSync(folder, 0o1777)
    return folder
  }

  it('is made for everybody, is gone with the lock, and leaves no trace', async () => {
    const folder = join(sharedFolder(), 'preflight')
    const name = randomUUID()
    const lock = await lockOnHost('the target', name, holder, folder)
    expect(statSync(folder).mode & 0o7777).toBe(0o1777)
    expect(statSync(fileOf(folder, name)).mode & 0o777).toBe(0o666)
    expect(readFileSync(fileOf(folder, name), 'utf8')).toBe(`${JSON.stringify(holder)}\n`)
    await lock.release()
    expect(existsSync(fileOf(folder, name))).toBe(false)
  })

  it.runIf(canBeApart)(
    'holds between network namespaces, names its holder, and ends with it, whatever is left',
    async () => {
      const [folder, name] = [sharedFolder(), randomUUID()]
      const child = await held(name, { folder, around: apart })
      await expect(lockOnHost('the target', name, { ...holder, user: 'grace' }, folder)).rejects.toMatchObject({
        exitCode: 25,
        message: expect.stringContaining(named) as string,
      })
      // Nothing of the failed attempt is held.
      await expect(lockOnHost('the target', name, holder, folder)).rejects.toThrow(named)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(existsSync(fileOf(folder, name))).toBe(true)
      const lock = await lockOnHost('the target', name, { ...holder, user: 'grace' }, folder)
      expect(readFileSync(fileOf(folder, name), 'utf8')).toContain('grace')
      await lock.release()
      expect(existsSync(fileOf(folder, name))).toBe(false)
    },
  )

  it.runIf(isRoot && canBeApart)(
    'names a holder of another user, and is not broken; what that user left is taken over',
    async () => {
      const [folder, name] = [sharedFolder(), randomUUID()]
      const child = await held(name, { folder, uid: 65_534, around: ['unshare', '--map-root-user', '--net'] })
      await expect(lockOnHost('the target', name, holder, folder)).rejects.toThrow(named)
      expect(readFileSync(fileOf(folder, name), 'utf8')).toContain('ada')
      child.kill('SIGKILL')
      await once(child, 'exit')
      await (await lockOnHost('the target', name, holder, folder)).release()
    },
  )

  it('is held by one of many that start at once', async () => {
    const [folder, name] = [sharedFolder(), randomUUID()]
    for (let round = 0; round < 5; round += 1) {
      const locks = await Promise.all(Array.from({ length: 6 }, () => lockFile(folder, name, holder)))
      expect(locks.map(({ kind }) => kind).sort()).toEqual(['held', 'taken', 'taken', 'taken', 'taken', 'taken'])
      for (const lock of locks) if (lock.kind === 'held') await lock.release()
    }
  })

  it.runIf(canBeApart)('of a process that was killed is removed by the next start, and no other file is', async () => {
    const folder = sharedFolder()
    const [dead, alive, other] = [randomUUID(), randomUUID(), join(folder, 'something.lock')]
    const child = await held(dead, { folder })
    const lock = await lockOnHost('the target', alive, holder, folder)
    writeFileSync(other, '')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await removeLocksOfTheDead(folder)
    expect([fileOf(folder, dead), fileOf(folder, alive), other].map((path) => existsSync(path))).toEqual([
      false,
      true,
      true,
    ])
    await lock.release()
  })

  it('that names a living process of this host is left alone, without asking for each of them', async () => {
    const folder = sharedFolder()
    const write = (name: string, by: Holder): string => {
      writeFileSync(fileOf(folder, name), `${JSON.stringify(by)}\n`)
      return fileOf(folder, name)
    }
    const ended = spawnSync('true')
    const [alive, dead, elsewhere] = [
      write('alive', { ...holder, host: hostname(), pid: process.pid }),
      write('dead', { ...holder, host: hostname(), pid: ended.pid }),
      write('elsewhere', { ...holder, host: `not-${hostname()}`, pid: process.pid }),
    ]
    await removeLocksOfTheDead(folder)
    expect([alive, dead, elsewhere].map((path) => existsSync(path))).toEqual([true, false, false])
  })

  it.each([
    ['its folder cannot be made', (root: string) => join(root, 'missing', 'folder')],
    [
      'a file has the name of its folder',
      (root: string) => (writeFileSync(join(root, 'file'), ''), join(root, 'file')),
    ],
    [
      'a link has the name of its folder',
      (root: string) => (
        mkdirSync(join(root, 'real')),
        symlinkSync(join(root, 'real'), join(root, 'link')),
        join(root, 'link')
      ),
    ],
  ])('is done without where %s: the socket still holds', async (_, place) => {
    const [folder, name] = [place(sharedFolder()), randomUUID()]
    const lock = await lockOnHost('the target', name, holder, folder)
    await expect(lockOnHost('the target', name, holder, folder)).rejects.toThrow(named)
    await lock.release()
  })

  it('is done without where there is no flock program', async () => {
    const [folder, name, before] = [sharedFolder(), randomUUID(), process.env['PATH']]
    process.env['PATH'] = folder
    onTestFinished(() => void (process.env['PATH'] = before))
    const lock = await lockOnHost('the target', name, holder, folder)
    await expect(lockOnHost('the target', name, holder, folder)).rejects.toThrow(named)
    await lock.release()
  })

  it('follows no link and waits for no pipe in its place', async () => {
    const folder = sharedFolder()
    const [linked, piped] = [randomUUID(), randomUUID()]
    symlinkSync(join(folder, 'elsewhere'), fileOf(folder, linked))
    spawnSync('mkfifo', [fileOf(folder, piped)])
    for (const name of [linked, piped]) await (await lockOnHost('the target', name, holder, folder)).release()
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
  })
})
