import { UsageError } from '../base/errors.js'
import { suggestionHint } from '../base/text/suggestion.js'
import type { CheckDefinition, Pack } from './definition.js'
import type { InputDefinition } from '../definitions/input-definition.js'
import type { Probe } from '../engine/probe.js'
import { probeRegistry } from '../engine/probe-registry.js'
import { loadAll } from './load.js'
import type { DefinitionOptions } from './settings.js'

export interface Explanation {
  readonly check: CheckDefinition
  readonly pack: Pack
  readonly probe: Probe
  /** Ids of the checks that need this one. */
  readonly neededBy: readonly string[]
  readonly inputs: readonly InputDefinition[]
}

/** Everything about one check. @throws UsageError, with a suggestion, for an unknown id */
export async function explainCheck(id: string, options: DefinitionOptions): Promise<Explanation> {
  const { definitions } = await loadAll(options)
  const check = definitions.checks.get(id)
  if (check === undefined) {
    throw new UsageError(`there is no check ${id}`, {
      hint: suggestionHint(id, definitions.checks.keys()) ?? '`preflight list` shows every id',
    })
  }
  const pack = definitions.packs.find((each) => each.checks.includes(check))!
  return {
    check,
    pack,
    probe: await probeRegistry.load(check.probe.kind),
    neededBy: [...definitions.checks.values()].filter((each) => each.needs.includes(id)).map((each) => each.id),
    inputs: pack.inputs.filter((input) => check.inputs.includes(input.name)),
  }
}
