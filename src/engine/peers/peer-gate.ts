import { setTimeout as wait } from 'node:timers/promises'
import { SilenceError } from '../../base/errors.js'
import { formatLimit } from '../../base/time/duration.js'
import { deferred } from '../../base/time/deadline.js'
import { settledWithin, untilAborted } from '../../base/time/waiting.js'
import { throughGate, type Gate } from '../../net/turn.js'
import { spentBudget, type PeerBudget } from './peer-budget.js'
import { RequestRecord } from './request-record.js'

interface GateOptions {
  readonly budgets: readonly PeerBudget[]
  /** The state folder: what all its processes ask counts. */
  readonly state: string
  /** Called with what cannot be known of other processes' requests. */
  readonly warn: (text: string) => void
}

/**
 * Runs something whose requests to certain addresses are spaced: no more of them than a budget allows. What is asked
 * elsewhere goes on as before.
 */
export async function sparingPeers<Value>(options: GateOptions, run: () => Promise<Value>): Promise<Value> {
  if (options.budgets.length === 0) return run()
  const gate = new PeerGate(options)
  try {
    return await throughGate(gate, run)
  } finally {
    await gate.settled()
  }
}

/** The same where it takes a while to know the budgets: `load` is called when the first request is about to be made. */
export async function sparingPeersOf<Value>(
  load: () => Promise<GateOptions>,
  run: () => Promise<Value>,
): Promise<Value> {
  let loading: Promise<PeerGate> | undefined
  const gate: Gate = {
    async enter(address, context) {
      loading ??= load().then((options) => new PeerGate(options))
      return (await loading).enter(address, context)
    },
  }
  try {
    return await throughGate(gate, run)
  } finally {
    await (await loading)?.settled()
  }
}

type EnterContext = Parameters<Gate['enter']>[1]

class PeerGate implements Gate {
  readonly #queues: ReadonlyMap<string, PeerQueue>

  constructor({ budgets, state, warn }: GateOptions) {
    const addresses = [...new Set(budgets.map(({ address }) => address))]
    this.#queues = new Map(
      addresses.map((address) => {
        const own = budgets.filter((budget) => budget.address === address)
        const spent = Math.max(...own.map(({ requests }) => requests))
        return [address, new PeerQueue(own, new RequestRecord(state, address, spent, warn))]
      }),
    )
  }

  async enter(address: string, context: EnterContext): Promise<() => void> {
    return (await this.#queues.get(address)?.enter(context)) ?? (() => undefined)
  }

  /** Once it is noted of every request that it is over. */
  async settled(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.settled()))
  }
}

/** Milliseconds between two looks while a request that is in the way is not over. */
const openPause = 200

/** Milliseconds in which sockets close and the ends of their requests are noted; what is not counts for longer. */
const longestSettling = 3000

/** Those who want to ask one address, in the order in which they came. */
class PeerQueue {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  /** Each settles when it is noted that the request is over. */
  readonly #open = new Set<Promise<void>>()

  constructor(
    private readonly budgets: readonly PeerBudget[],
    private readonly record: RequestRecord,
  ) {}

  async enter(context: EnterContext): Promise<() => void> {
    const { signal, onWaiting } = context
    const before = this.#last
    if (this.#waiting > 0) onWaiting({ peer: this.budgets[0]!.name, milliseconds: undefined })
    this.#waiting += 1
    const own = this.#enterAfter(before, context)
    // Who gives up lets the next one look only when all before have gone.
    this.#last = own.then(
      () => undefined,
      () => before,
    )
    try {
      const end = await own
      onWaiting(undefined)
      return end
    } catch (error) {
      if (signal.aborted) throw new SilenceError(`no time left to wait for ${this.#words()}`)
      throw error
    } finally {
      this.#waiting -= 1
    }
  }

  async #enterAfter(before: Promise<unknown>, { signal, onWaiting, longest }: EnterContext): Promise<() => void> {
    await untilAborted(signal, before)
    const inTheWay = spentBudget.bind(undefined, this.budgets)
    for (;;) {
      const claim = await this.record.claim({ inTheWay, longest, signal })
      if ('request' in claim) return this.#ender(() => this.record.end(claim.request))
      const { peer, milliseconds, isOpen } = claim.obstacle
      onWaiting({ peer, milliseconds })
      await wait(isOpen ? Math.min(milliseconds, openPause) : milliseconds, undefined, { signal })
    }
  }

  /** What ends a request, once. */
  #ender(end: () => Promise<void>): () => void {
    const isOver = deferred<void>()
    const isNoted = isOver.promise.then(end)
    // It is thrown where the end of all is waited for.
    isNoted.then(
      () => this.#open.delete(isNoted),
      () => undefined,
    )
    this.#open.add(isNoted)
    return () => isOver.resolve()
  }

  async settled(): Promise<void> {
    await settledWithin(Promise.all(this.#open), { milliseconds: longestSettling })
  }

  #words(): string {
    return this.budgets
      .map(({ name, requests, per }) => `the budget of ${name} (${requests} requests in ${formatLimit(per)})`)
      .join(' and ')
  }
}
