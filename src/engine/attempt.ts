import { describeThrown } from '../base/describe-thrown.js'
import { owningStrays } from '../base/stray-errors.js'
import { type Deadline, deferred } from '../base/time/deadline.js'
import { settledWithin } from '../base/time/waiting.js'

interface Work<End> {
  /** Begins. Its signal is aborted when it is cut off, and when the attempt is over. */
  readonly begin: (signal: AbortSignal) => Promise<End>
  /** What it comes to when it throws. */
  readonly thrown: (error: unknown) => End
  /** `undefined`: none, for what waits for a person. */
  readonly limit: Deadline | undefined
  /** Why it was cut off at its limit. */
  readonly silence: string
  /** Aborted when the operator interrupts. */
  readonly interruption: AbortSignal
  /** Milliseconds to release everything after it was cut off: children are killed after the first 500. */
  readonly grace: number
}

/** What cut work off before it had ended. After a stray error, thrown where nothing catches it, it may never end. */
export interface Cut {
  readonly by: 'limit' | 'interruption' | 'stray'
  readonly why: string
}

/** How work ended; or what cut it off, and how it ended then: `undefined` when it did not end within its grace. */
type Attempt<End> = { readonly end: End } | { readonly cut: Cut; readonly late: Promise<End | undefined> }

/** The abort reason once work has ended and nothing waits for it: one for all spares each its own stack. */
const attemptIsOver = new Error('the attempt has ended')

/**
 * Does some work once, within its time limit. Whatever the work does (throw, also where nothing catches it, never
 * settle, ignore its signal), this settles on time, `late` at most its grace later, and neither rejects.
 */
export async function attempt<End>(work: Work<End>): Promise<Attempt<End>> {
  const controller = new AbortController()
  const stray = deferred<Cut>()
  const working = owningStrays(
    (error) => stray.resolve({ by: 'stray', why: describeThrown(error) }),
    () => Promise.resolve().then(() => work.begin(controller.signal)),
  ).catch(work.thrown)
  const first = await settledWithin(
    Promise.race([working.then((end) => ({ end })), stray.promise.then((cut) => ({ cut }))]),
    { milliseconds: work.limit?.limit(), signal: work.interruption },
  )
  if (first !== undefined && 'end' in first) {
    controller.abort(attemptIsOver)
    return first
  }
  const cut = first?.cut ?? cutByBound(work)
  controller.abort(new Error(cut.why))
  return { cut, late: settledWithin(working, { milliseconds: work.grace }) }
}

function cutByBound({ interruption, silence }: Work<unknown>): Cut {
  return interruption.aborted ? { by: 'interruption', why: 'it was interrupted' } : { by: 'limit', why: silence }
}
