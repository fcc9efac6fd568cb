import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import type { AegisFault } from '../../../sandbox/aegis/faults/aegis-fault.js'
import { aegisFaults } from '../../../sandbox/aegis/faults/catalogue.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { canariesOf } from '../canaries.js'
import { capturedRun, type CapturedRun } from '../captured-run.js'

let aegis: AegisDeployment
beforeAll(async () => {
  // A run asks seven times; that of the next fault need not wait a minute.
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit: { requests: 10, windowMs: 50 } })
})
afterAll(() => aegis.stop())

const green = ['pass', 'not-applicable']

/** What looks for seconds, and is left out where nothing of it is broken. */
const slow = ['aegis/runtime/error-rate', 'aegis/runtime/host']

let runs = 0

/** A run of the whole pack. Its state is its own, so that no run before it has used up the budget of the API. */
function judged(
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  skip: readonly string[] = [],
): Promise<CapturedRun> {
  runs += 1
  const state = join(aegis.folder, `state-${runs}`)
  return capturedRun({ environment, inputs, selectors: ['aegis'], skip, state, timeout: 30_000 })
}

function outcomesOf({ document }: CapturedRun): Record<string, string> {
  return Object.fromEntries(
    document.checks.filter(({ status }) => !green.includes(status)).map(({ id, status }) => [id, status]),
  )
}

function expectNoSecrets(
  run: CapturedRun,
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): void {
  const everything = [run.report, run.view, JSON.stringify(run.document), run.error?.stack ?? ''].join('\n')
  for (const { name, form } of canariesOf(environment, inputs))
    expect(everything.includes(form), `a form of ${name} in the output`).toBe(false)
}

describe('a whole Aegis', () => {
  it('is a go of everything, and shows no secret', async () => {
    const run = await judged(aegis.environment, aegis.inputs)
    expect(outcomesOf(run)).toEqual({})
    expect(run.exitCode).toBe(0)
    expectNoSecrets(run, aegis.environment, aegis.inputs)
  })

  it('warns of slow requests in its log, and counts them (001-17)', async () => {
    const slowRequests = Array.from({ length: 21 }, () => '{"event":"slow_request","level":"warning"}\n')
    const before = readFileSync(aegis.api.logFile, 'utf8')
    appendFileSync(aegis.api.logFile, slowRequests.join(''))
    const run = await capturedRun({
      environment: aegis.environment,
      inputs: aegis.inputs,
      selectors: ['aegis/logs'],
      state: join(aegis.folder, 'state-slow'),
    })
    writeFileSync(aegis.api.logFile, before)
    expect(outcomesOf(run)).toEqual({ 'aegis/logs/pressure': 'warn' })
    expect(run.document.checks.find(({ status }) => status === 'warn')?.message).toContain('21 requests took over')
  })
})

describe.each(aegisFaults.map((fault) => [fault.name, fault] as const))('%s', (_name, fault: AegisFault) => {
  it('is all that a run shows, and nothing is red when it is mended', async () => {
    const skip = slow.filter((id) => id !== fault.caughtBy)
    const expected = Object.fromEntries(Object.entries(fault.outcomes).filter(([id]) => !skip.includes(id)))
    const effect = await fault.apply(aegis)
    const environment = changed(aegis.environment, effect.environment)
    const inputs = changed(aegis.inputs, effect.inputs)
    try {
      const run = await judged(environment, inputs, skip)
      expect(outcomesOf(run)).toEqual(expected)
      const caught = run.document.checks.find(({ id }) => id === fault.caughtBy)
      expect(caught?.message).toContain(fault.says)
      expect(caught?.class).toBe(fault.class)
      expect(run.exitCode).toBe(fault.exitCode)
      expectNoSecrets(run, environment, inputs)
    } finally {
      await effect.undo()
    }
    const again = await capturedRun({
      environment: aegis.environment,
      inputs: aegis.inputs,
      selectors: Object.keys(expected),
      skip,
      timeout: 30_000,
      state: join(aegis.folder, `state-${runs}-again`),
    })
    expect(outcomesOf(again)).toEqual({})
  })
})
