import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CaseWorkbench } from '../../../src/checks/self-test/self-test-report.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { probeRegistry, selfTestRegistry } from '../../../src/engine/folder-registry.js'
import { contextOf } from './observe.js'

/** What no handler of an attempt could have caught: it would end the whole run. */
const stray: unknown[] = []
const keep = (error: unknown): void => void stray.push(error)
beforeAll(() => {
  process.on('uncaughtException', keep)
  process.on('unhandledRejection', keep)
})
afterAll(() => {
  process.off('uncaughtException', keep)
  process.off('unhandledRejection', keep)
})

/** Milliseconds after which an attempt is given up; `0` is before it begins. */
const moments = [0, 1, 2, 5, 10, 20]

describe.each(probeRegistry.names())('%s', (kind) => {
  it('releases everything at whatever moment it is given up, and throws nothing past its caller', async () => {
    const [probe, selfTest] = await Promise.all([probeRegistry.load(kind), selfTestRegistry.load(kind)])
    for (const { arrange, meets } of selfTest.cases) {
      for (const moment of moments) {
        const workbench = await CaseWorkbench.create()
        try {
          const { input, environment = {} } = await arrange(workbench)
          const parsed = probe.input.safeParse(input)
          if (!parsed.success) continue
          const attempt = new AbortController()
          if (moment === 0) attempt.abort()
          const context = {
            ...contextOf({ signal: attempt.signal }),
            environment: TestedEnvironment.of(environment),
            variables: selfTest.variables ?? {},
            packFolder: workbench.folder,
          }
          const observed = probe.observe(parsed.data, context).then(
            () => 'facts',
            () => 'nothing',
          )
          if (moment > 0) setTimeout(() => attempt.abort(), moment)
          await observed
          await sleep(5)
          expect(stray, `${meets}, after ${moment} ms`).toEqual([])
        } finally {
          await workbench.clear()
        }
      }
    }
  })
})
