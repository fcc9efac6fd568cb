import { startWatchdog } from '../../base/time/watchdog.js'
import type { RunEvent } from '../check-event.js'
import type { Plan } from '../plan/plan.js'
import type { Probe } from '../../engine/probe.js'

/** Milliseconds after which a main thread that does nothing has hung, whatever the run may take in all. */
const longestStandstill = 300_000

/** Milliseconds added to the run's deadline, at which it should have ended by itself. */
const grace = 10_000

interface RunWatch {
  onEvent(event: RunEvent): void
  stop(): Promise<void>
}

/**
 * Watches a run for standing still. Only where a check talks to something: what is read here cannot hold anything up.
 *
 * @param deadline milliseconds for the whole run
 */
export function watchRun(plan: Plan, probes: ReadonlyMap<string, Probe>, deadline: number): RunWatch {
  const isWatched = plan.checks.some(({ definition }) => probes.get(definition.probe.kind)?.rungs !== undefined)
  if (!isWatched) return { onEvent: () => {}, stop: async () => {} }
  const watchdog = startWatchdog(Math.min(deadline, longestStandstill) + grace)
  const running = new Set<string>()
  return {
    onEvent(event) {
      if (event.type === 'check-started') running.add(event.id)
      else if (event.type === 'check-finished') running.delete(event.id)
      else return
      watchdog.running([...running])
    },
    stop: () => watchdog.stop(),
  }
}
