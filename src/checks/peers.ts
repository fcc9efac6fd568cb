import { messageOf } from '../base/errors.js'
import { formatLimit } from '../base/time/duration.js'
import type { Scope } from '../definitions/expression/expression.js'
import type { PeerBudget } from '../engine/peers/peer-budget.js'
import { addressKey, parseHostPort } from '../net/host-port.js'
import { Secret } from '../redaction/secret-value.js'
import type { Pack, PeerDefinition } from './definition.js'

/** The budgets that packs give to addresses, as far as the addresses are known. */
export interface SparedPeers {
  readonly budgets: readonly PeerBudget[]
  /** Why an address is unknown, a sentence for each: not redacted. */
  readonly unknown: readonly string[]
}

export const noPeers: SparedPeers = { budgets: [], unknown: [] }

/** The inputs that a pack's budgets read. */
export function inputsOfPeers({ peers }: Pick<Pack, 'peers'>): readonly string[] {
  return peers.flatMap(({ address }) =>
    address.references.flatMap((reference) => /^inputs\.(\w+)/.exec(reference)?.[1] ?? []),
  )
}

/** @param scopes what expressions of each system see; a system without one has no budgets */
export function sparedPeers(packs: readonly Pack[], scopes: ReadonlyMap<string, Scope>): SparedPeers {
  const budgets: PeerBudget[] = []
  const unknown: string[] = []
  for (const { system, peers } of packs) {
    const scope = scopes.get(system)
    if (scope === undefined) continue
    for (const peer of peers) {
      try {
        budgets.push(budgetOf(peer, scope))
      } catch (error) {
        unknown.push(
          `requests to ${peer.name} (${system}) are not spaced, since its address is unknown: ${messageOf(error)}`,
        )
      }
    }
  }
  return { budgets, unknown }
}

function budgetOf({ name, address, requests, per }: PeerDefinition, scope: Scope): PeerBudget {
  const text = String(address.resolve(scope))
  return { name, address: addressKey(parseHostPort(new Secret(text))), requests, per }
}

/** A budget in words: `at most 8 requests in 60s`. */
export function budgetText({ requests, per }: Pick<PeerBudget, 'requests' | 'per'>): string {
  return `at most ${requests} request${requests === 1 ? '' : 's'} in ${formatLimit(per)}`
}
