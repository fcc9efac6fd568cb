import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnedProcess, startOwnedProcess } from '../../../sandbox/process/owned-process.js'
import { isAlive, processState, processTree } from '../../../sandbox/process/process-tree.js'
import { compiled } from '../../compiled.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A shell that ignores SIGTERM, with a child in a session of its own. */
const stubborn = "trap '' TERM; setsid sleep 1000 & echo ready; while :; do sleep 1000; done"

async function startStubborn(): Promise<{ readonly process: OwnedProcess; readonly tree: number[] }> {
  const process = await startOwnedProcess({
    command: '/bin/sh',
    args: ['-c', stubborn],
    folder,
    logFile: join(folder, 'log'),
  })
  while (processTree(process.pid).length < 3) await sleep(5)
  return { process, tree: processTree(process.pid) }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => isAlive(pid))) await sleep(5)
}

it('stops and continues a whole tree', async () => {
  const { process, tree } = await startStubborn()
  await process.pause()
  expect(tree.map((pid) => processState(pid))).toEqual(['T', 'T', 'T'])
  process.resume()
  expect(tree.map((pid) => processState(pid))).not.toContain('T')
  await process.stop('SIGKILL')
})

// Dash makes a process by vfork(2): some 1 in 30 of these stops comes between that and the program's start.
it('stops a shell that starts one program after the other', async () => {
  const process = await startOwnedProcess({
    command: '/bin/sh',
    args: ['-c', 'while :; do /bin/true; done'],
    folder,
    logFile: join(folder, 'log'),
  })
  for (let times = 0; times < 60; times += 1) {
    await process.pause()
    expect(processTree(process.pid).map((pid) => processState(pid))).not.toContain('R')
    process.resume()
    await sleep(times % 4)
  }
  await process.stop('SIGKILL')
})

it('ends a whole tree that ignores the signal, also while it is paused', async () => {
  const { process, tree } = await startStubborn()
  await process.pause()
  await process.stop('SIGTERM', 50)
  expect(tree.filter((pid) => isAlive(pid))).toEqual([])
  expect(process.isRunning()).toBe(false)
  await process.stop()
})

it('tells the exit code and the output', async () => {
  const process = await startOwnedProcess({
    command: '/bin/sh',
    args: ['-c', 'echo out; echo err >&2; exit 3'],
    folder,
    logFile: join(folder, 'log'),
  })
  expect(await process.ended).toBe(3)
  expect(process.output()).toBe('out\nerr\n')
})

describe('when this program ends', () => {
  const source = compiled(join(import.meta.dirname, '../../../sandbox/process/owned-process.ts'))
  const program = (command: string): string => `
    import { startOwnedProcess } from ${JSON.stringify(source)}
    const child = await startOwnedProcess({ command: '/bin/sh', args: ['-c', ${JSON.stringify(command)}], folder: process.cwd(), logFile: process.cwd() + '/child.log' })
    process.stdout.write(child.pid + '\\n')
    setInterval(() => undefined, 1000)
  `

  // Killed outright, it can only leave the end of its direct children to the kernel.
  it.each([
    ['SIGTERM', 'sleep 1000 & sleep 1000', 2],
    ['SIGINT', 'sleep 1000 & sleep 1000', 2],
    ['SIGKILL', 'exec sleep 1000', 1],
  ] as const)('by %s, its processes end too', async (signal, command, size) => {
    const args = ['--input-type=module', '--eval', program(command)]
    const child = execFile(process.execPath, args, { cwd: folder, timeout: 30_000 })
    const pid = await new Promise<number>((resolve) =>
      child.stdout?.once('data', (line: string) => resolve(Number(line))),
    )
    while (processTree(pid).length < size) await sleep(5)
    const tree = processTree(pid)
    child.kill(signal)
    await untilGone(tree)
    await new Promise((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(undefined),
    )
    expect(child.signalCode).toBe(signal)
  })
})
