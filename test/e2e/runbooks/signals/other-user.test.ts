import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../../../../src/runbooks/record/run-record.js'
import { program } from '../../program.js'
import { CommandRun } from './command.js'

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const apart = ['unshare', '--net']

/** Why this machine cannot run these tests; empty where it can. */
const obstacle =
  process.getuid?.() !== 0
    ? 'only root can start a program as another user'
    : canRun([...asNobody, execPath, '--', program, '--version'])
      ? ''
      : 'another user cannot start the program: setpriv(1) is missing, or the checkout is not readable for all'

function canRun([file, ...args]: readonly string[]): boolean {
  return spawnSync(file!, args).status === 0
}

/**
 * Two ways to start the program, each with a folder and a state of its own; both may write in the first one's, which is
 * the target.
 */
function twoUsers(around: readonly string[], contenderAround: readonly string[]) {
  const [holder, contender] = [new CommandRun(around), new CommandRun(contenderAround)]
  for (const { folder } of [holder, contender]) chmodSync(folder, 0o777)
  writeFileSync(join(holder.folder, 'log'), '')
  chmodSync(join(holder.folder, 'log'), 0o666)
  return {
    holder,
    contender,
    target: `folder=${holder.folder}`,
    remove: () => [holder, contender].forEach((each) => each.remove()),
  }
}

/** What a message says of the run that holds a lock. */
function holderOf({ started: { run, operator } }: RunRecord): string {
  return `held by run ${run} of example/stubborn, started by ${operator.user} (process ${operator.pid} on ${operator.host})`
}

/** The files by which a run and its target are locked, where this machine has a folder for them. */
function lockFiles({ started }: RunRecord, folder: string): readonly string[] {
  return [`run ${started.run}`, `target ${folder}`].map((name) =>
    join('/run/lock/preflight', `${createHash('sha256').update(name).digest('hex')}.lock`),
  )
}

describe.concurrent('the lock on a target that another user holds', () => {
  it.for([
    ['nobody', 'root', asNobody, []],
    ['root', 'nobody', [], asNobody],
    ['nobody in another network namespace', 'root', [...apart, ...asNobody], []],
  ] as const)(
    '%s: it refuses run and resume of %s by name, is not broken, and goes with its holder',
    async ([, , heldAs, asked], { skip, onTestFinished }) => {
      skip(obstacle !== '', obstacle)
      skip(
        heldAs[0] === apart[0] && !(existsSync('/run/lock') && canRun([...apart, 'true'])),
        'there is no network namespace of its own, or no /run/lock, on this machine',
      )
      const { holder, contender, target, remove } = twoUsers(heldAs, asked)
      onTestFinished(remove)
      // A run on the same target that stops where it asks a person: resuming it needs the target as well.
      expect(
        await contender.start(['run', 'example/asking', '--plain', '--param', target, '--param', 'who=attestor']).ended,
        contender.output,
      ).toBe(23)
      const { started: asking } = await contender.record()

      const { child, ended } = holder.start(['run', 'example/stubborn', '--plain', '--param', target])
      await holder.said('| ready')
      const record = await holder.record()
      expect(record.started.operator).toMatchObject({ user: heldAs.length === 0 ? 'root' : 'nobody', pid: child.pid })
      const files = lockFiles(record, holder.folder).filter((file) => existsSync(file))
      const contents = files.map((file) => readFileSync(file, 'utf8'))
      const refused = async (args: readonly string[], what: string): Promise<void> => {
        contender.output = ''
        expect(await contender.start([...args, '--plain']).ended, contender.output).toBe(25)
        expect(contender.output.replace(/\s+/g, ' ')).toContain(`${what} is ${holderOf(record)}`)
      }
      // Twice: the first refusal leaves the lock as it was.
      await refused(['run', 'example/stubborn', '--param', target], `the target ${holder.folder}`)
      await refused(['run', 'example/stubborn', '--param', target], `the target ${holder.folder}`)
      await refused(['resume', asking.run], `the target ${holder.folder}`)
      expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(contents)
      expect(holder.log()).toEqual(['first', 'begin hold'])

      child.kill('SIGKILL')
      await ended
      writeFileSync(join(holder.folder, 'go'), '')
      expect(
        await contender.start(['run', 'example/stubborn', '--plain', '--param', target]).ended,
        contender.output,
      ).toBe(0)
      expect(holder.log()).toEqual(['first', 'begin hold', 'first', 'begin hold', 'after'])
      // The target is free, and there is still no person to answer.
      expect(await contender.start(['resume', asking.run, '--plain']).ended, contender.output).toBe(23)
    },
  )

  it("root cannot resume another user's run while that user's process holds it, and can afterwards", async ({
    skip,
    onTestFinished,
  }) => {
    skip(obstacle !== '', obstacle)
    const { holder, contender, target, remove } = twoUsers(asNobody, [])
    onTestFinished(remove)
    const { child, ended } = holder.start(['run', 'example/stubborn', '--plain', '--param', target])
    await holder.said('| ready')
    const record = await holder.record()
    const command = [
      execPath,
      '--',
      program,
      'runbook',
      'resume',
      'last',
      '--plain',
      '--state',
      holder.state,
      '--no-builtin',
      '--runbooks',
      join(import.meta.dirname, 'books'),
    ]
    const resume = () => {
      const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: contender.folder },
      })
      return { status, output: stdout + stderr }
    }
    const refused = resume()
    expect(refused.status, refused.output).toBe(25)
    expect(refused.output.replace(/\s+/g, ' ')).toContain(`run ${record.started.run} is ${holderOf(record)}`)
    expect(holder.log()).toEqual(['first', 'begin hold'])
    child.kill('SIGKILL')
    await ended
    writeFileSync(join(holder.folder, 'go'), '')
    const resumed = resume()
    expect(resumed.status, resumed.output).toBe(0)
    expect(holder.log()).toEqual(['first', 'begin hold', 'begin hold', 'after'])
  })
})
