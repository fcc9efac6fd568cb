import { AsyncLocalStorage } from 'node:async_hooks'
import { formatLimit } from '../base/time/duration.js'
import type { Deadline } from '../base/time/deadline.js'

/** What an attempt waits for before it may ask an address. */
export interface WaitingForTurn {
  /** The name that its pack gives to the peer whose budget is spent. */
  readonly peer: string
  /** Milliseconds until it may ask, as far as that is known: `undefined` where others ask first. */
  readonly milliseconds: number | undefined
}

/** `waits for api's budget, 12s`; the seconds as far as they are known. */
export function waitingText({ peer, milliseconds }: WaitingForTurn): string {
  const seconds = milliseconds === undefined ? undefined : Math.max(1, Math.ceil(milliseconds / 1000))
  return `waits for ${peer}'s budget${seconds === undefined ? '' : `, ${formatLimit(seconds * 1000)}`}`
}

/** Called with what is waited for, each time that is known better, and with `undefined` when the waiting is over. */
export type TurnListener = (waiting: WaitingForTurn | undefined) => void

interface TurnContext {
  readonly signal: AbortSignal
  readonly onWaiting: TurnListener
  /** Milliseconds that the request may take, as far as that is limited. */
  readonly longest: number
}

/** Decides when an address may be asked. */
export interface Gate {
  /**
   * Waits until the address may be asked.
   *
   * @returns what is called when the request is over
   * @throws SilenceError when the signal aborts first
   */
  enter(address: string, context: TurnContext): Promise<() => void>
}

interface Asking {
  readonly gate: Gate
  /** The time limits of the attempt, and of the one that it is part of: waiting counts against none of them. */
  readonly limits: readonly Deadline[]
  readonly onWaiting: TurnListener
}

const asking = new AsyncLocalStorage<Asking>()

/** Runs something whose requests all go through the gate: those of all that it starts. */
export function throughGate<Value>(gate: Gate, run: () => Value): Value {
  return asking.run({ gate, limits: [], onWaiting: () => undefined }, run)
}

/** Runs an attempt whose time limit stands still while it waits for its turn. */
export function limitedBy<Value>(limit: Deadline, onWaiting: TurnListener | undefined, run: () => Value): Value {
  const around = asking.getStore()
  if (around === undefined) return run()
  const toldToBoth: TurnListener = (waiting) => {
    onWaiting?.(waiting)
    around.onWaiting(waiting)
  }
  return asking.run({ ...around, limits: [...around.limits, limit], onWaiting: toldToBoth }, run)
}

/** Milliseconds on a clock that stands still while this attempt waits for its turn: what durations are measured by. */
export function attemptClock(): number {
  return performance.now() - (asking.getStore()?.limits.at(-1)?.held() ?? 0)
}

const nothingToEnd = (): void => {}

/**
 * Waits until an address may be asked: at once, unless a pack gives it a budget.
 *
 * @returns what is called when the request is over
 * @throws SilenceError when the signal aborts first
 */
export async function takeTurn(address: string, signal: AbortSignal): Promise<() => void> {
  const here = asking.getStore()
  if (here === undefined) return nothingToEnd
  const { gate, limits, onWaiting } = here
  const longest = Math.min(...limits.map((limit) => limit.remaining()))
  const letGo = limits.map((limit) => limit.hold())
  try {
    return await gate.enter(address, { signal, onWaiting, longest })
  } finally {
    for (const release of letGo) release()
  }
}
