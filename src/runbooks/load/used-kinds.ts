import type { Probe } from '../../engine/probe.js'
import type { StepKind } from '../definition/step-kind.js'
import type { ProbeKinds } from '../../checks/load/load-definitions.js'
import type { YamlNode } from '../../definitions/yaml-node.js'
import type { Kinds } from './operation.js'

/** The kinds of steps there are, by name. */
export interface StepKinds {
  names(): readonly string[]
  load(kind: string): Promise<StepKind>
}

/** Loads kinds as files come to need them. */
export class UsedKinds {
  constructor(
    readonly steps: StepKinds,
    readonly probes: ProbeKinds,
  ) {}

  /** Every kind's name; those whose name is a key somewhere in the files are loaded. */
  async of(roots: readonly YamlNode[]): Promise<Kinds> {
    const keys = keysOf(roots)
    const used = (names: readonly string[]): readonly string[] => names.filter((name) => keys.has(name))
    return {
      steps: new Map(
        await Promise.all(
          used(this.steps.names()).map(async (name): Promise<[string, StepKind]> => [
            name,
            await this.steps.load(name),
          ]),
        ),
      ),
      probes: new Map(
        await Promise.all(
          used(this.probes.names()).map(async (name): Promise<[string, Probe]> => [name, await this.probes.load(name)]),
        ),
      ),
      stepNames: this.steps.names(),
      probeNames: this.probes.names(),
    }
  }
}

function keysOf(roots: readonly YamlNode[]): ReadonlySet<string> {
  const keys = new Set<string>()
  const collect = (node: YamlNode): void => {
    if (node.kind === 'list') node.items.forEach(collect)
    if (node.kind !== 'map') return
    for (const [key, { value }] of node.entries) {
      keys.add(key)
      collect(value)
    }
  }
  roots.forEach(collect)
  return keys
}
