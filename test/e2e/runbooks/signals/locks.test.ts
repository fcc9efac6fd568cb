import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { it } from 'vitest'
import { resumeRun } from '../../../../src/runbooks/resume-run.js'
import { resolveStep } from '../../../../src/runbooks/resolve-step.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { program } from '../../program.js'
import { booksOf, quietly } from '../quiet.js'
import { CommandRun } from './command.js'

const books = booksOf(join(import.meta.dirname, 'books'))

/** A network namespace of its own, as a container has that shares no more than a folder with its host. */
const apart = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net']
const canBeApart = spawnSync(apart[0]!, [...apart.slice(1), 'true']).status === 0 && isWritable('/run/lock')

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

it('two that start on the same target: one goes on, the other says who holds it; and the lock goes with its holder', async ({
  expect,
  onTestFinished,
}) => {
  const run = new CommandRun()
  onTestFinished(() => run.remove())
  const { child, ended } = run.start(['run', 'example/stubborn', '--plain', '--param', `folder=${run.folder}`])
  await run.said('| ready')
  const { started } = await run.record()
  const second = {
    ...books,
    id: 'example/stubborn',
    parameters: [`folder=${run.folder}`],
    ...quietly(join(run.folder, 'another-state')),
  }
  const holder = `run ${started.run} of example/stubborn, started by ${started.operator.user} (process ${started.operator.pid} on ${started.operator.host})`
  await expect(startRun(second)).rejects.toMatchObject({
    exitCode: 25,
    message: expect.stringContaining(`the target ${run.folder} is held by ${holder}`) as string,
  })
  await expect(resumeRun({ ...books, ...quietly(run.state), run: 'last' })).rejects.toMatchObject({
    exitCode: 25,
    message: expect.stringContaining(`run ${started.run} is held by run ${started.run}`) as string,
  })
  await expect(
    resolveStep({ state: run.state, run: 'last', step: 'hold', as: 'done', reason: 'looked' }),
  ).rejects.toMatchObject({ exitCode: 25 })
  expect(run.log()).toEqual(['first', 'begin hold'])
  child.kill('SIGKILL')
  await ended
  writeFileSync(join(run.folder, 'go'), '')
  expect(await resumeRun({ ...books, ...quietly(run.state), run: 'last' })).toMatchObject({ state: 'completed' })
})

it('two that resume the same run at once: each step happens once', async ({ expect, onTestFinished }) => {
  const run = new CommandRun()
  onTestFinished(() => run.remove())
  const { child, ended } = run.start(['run', 'example/stubborn', '--plain', '--param', `folder=${run.folder}`])
  await run.said('| ready')
  child.kill('SIGTERM')
  await ended
  writeFileSync(join(run.folder, 'go'), '')
  const exits = await Promise.all([
    run.start(['resume', 'last', '--plain']).ended,
    run.start(['resume', 'last', '--plain']).ended,
  ])
  // The later of the two finds the run held, or already completed.
  expect(exits.sort()).toEqual([0, exits[1] === 2 ? 2 : 25])
  expect(run.log()).toEqual(['first', 'begin hold', 'begin hold', 'after'])
})

it.runIf(canBeApart)(
  'two that start from two network namespaces, with a state folder each: the second is refused, and does nothing',
  async ({ expect, onTestFinished }) => {
    const run = new CommandRun()
    onTestFinished(() => run.remove())
    const { child, ended } = run.start(['run', 'example/stubborn', '--plain', '--param', `folder=${run.folder}`])
    await run.said('| ready')
    const { started } = await run.record()
    const argv = [
      ...apart.slice(1),
      execPath,
      '--',
      program,
      'runbook',
      'run',
      'example/stubborn',
      '--param',
      `folder=${run.folder}`,
      '--state',
      join(run.folder, 'another'),
      '--no-builtin',
      '--runbooks',
      books.runbooks[0]!,
    ]
    const second = spawnSync(apart[0]!, argv, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: run.folder },
    })
    expect(second.stderr).toContain(`the target ${run.folder} is held by run ${started.run}`)
    expect(second.status).toBe(25)
    expect(existsSync(join(run.folder, 'another'))).toBe(false)
    expect(run.log()).toEqual(['first', 'begin hold'])
    const files = [`run ${started.run}`, `target ${run.folder}`].map((name) =>
      join('/run/lock/preflight', `${createHash('sha256').update(name).digest('hex')}.lock`),
    )
    expect(files.map((file) => existsSync(file))).toEqual([true, true])
    child.kill('SIGTERM')
    await ended
    expect(files.map((file) => existsSync(file))).toEqual([false, false])
  },
)
