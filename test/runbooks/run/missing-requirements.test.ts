import { describe, expect, it } from 'vitest'
import { exitCodes } from '../../../src/base/errors.js'
import { missingRequirements, requirementText } from '../../../src/runbooks/run/missing-requirements.js'
import { RunInProgress } from '../../../src/runbooks/run/run-in-progress.js'
import type { JudgedRequirement } from '../../../src/runbooks/requires/judge-requirements.js'
import { MemoryRun, planned, step, World } from './support.js'

const there: JudgedRequirement = { kind: 'file', name: '/a', neededBy: [], holds: true, found: '', fix: 'create it' }
const missing: JudgedRequirement = {
  kind: 'program',
  name: 'psql',
  neededBy: ['one'],
  holds: false,
  found: 'was not found on the PATH',
  fix: 'install it',
}

const newRun = () => new MemoryRun(new World(), planned([step('one')]))

describe('what a run requires', () => {
  it('is written down before the first step, and nothing is done where any of it is missing', async () => {
    const run = newRun()
    const record = await run.go({ judgeRequirements: () => Promise.resolve([there, missing]) })
    expect(record).toMatchObject({
      state: 'failed',
      exitCode: exitCodes.runFailed,
      message: `1 of 2 requirements does not hold; nothing was done\n${requirementText(missing)}`,
      requirements: [there, missing],
    })
    expect(run.world.log).toEqual([])
    expect(run.entries.map(({ event }) => event.type)).toEqual(['run-started', 'requirements-judged', 'run-ended'])
  })

  it('does not stop a run where it is there, and is judged again by a resume', async () => {
    const run = newRun()
    await run.go({ judgeRequirements: () => Promise.resolve([missing]) })
    const record = await run.resume({
      judgeRequirements: () => Promise.resolve([{ ...missing, holds: true, found: '' }]),
    })
    expect(record).toMatchObject({ state: 'completed', requirements: [{ name: 'psql', holds: true }] })
    expect(run.world.log).toEqual(['one'])
  })

  it('is not asked on the way back', async () => {
    const run = newRun()
    await run.go()
    const asked = await run.back({ judgeRequirements: () => Promise.reject(new Error('asked')) })
    expect(asked.state).toBe('undone')
  })

  it('says nothing where the look was interrupted', async () => {
    const run = newRun()
    const controller = new AbortController()
    const judgeRequirements = () => {
      controller.abort()
      return Promise.resolve([missing])
    }
    const record = await run.go({ judgeRequirements, signal: controller.signal })
    expect(record).toMatchObject({ state: 'interrupted', requirements: [] })
    expect(run.world.log).toEqual([])
  })

  it('is redacted where it is written down', async () => {
    const run = newRun()
    const redact = { text: (text: string) => text.replaceAll('psql', '***'), value: (value: unknown) => value }
    const judged = () => Promise.resolve([missing])
    const found = await missingRequirements(new RunInProgress(run.request({ redact, judgeRequirements: judged })))
    expect(found?.[1]).toMatch(/^program \*\*\* was not found/)
    expect(JSON.stringify(run.entries)).not.toContain('psql')
  })
})
