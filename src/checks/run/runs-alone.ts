import { stageTraits } from '../../base/vocabulary.js'
import type { Probe } from '../../engine/probe.js'
import type { CheckDefinition } from '../definition.js'

/** Whether nothing may run beside a check: its stage asks for that, or the kind of its probe. */
export function runsAlone({ stage, probe }: CheckDefinition, probes: ReadonlyMap<string, Probe>): boolean {
  return stageTraits[stage].runsAlone || probes.get(probe.kind)?.concurrency === 'alone'
}
