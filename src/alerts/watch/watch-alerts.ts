import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../base/errors.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { RefusedLogins } from '../../engine/refused-logins.js'
import { lockOnHost, type Lock } from '../../processes/locks/host-lock.js'
import { currentOperator } from '../../processes/operator.js'
import { alertsDocument, type AlertChange, type AlertsDocument, type AlertsMeta } from '../alerts-document.js'
import { alertsMeta, readHistories, standingNotices, type EvaluateOptions } from '../evaluate-alerts.js'
import { evaluateRound } from '../evaluate-round.js'
import type { AlertHistory } from '../history/alert-history.js'
import { prepareAlerts, type PreparedAlerts } from '../prepare-alerts.js'
import type { AlertsView, AlertsViewOptions } from './alerts-view.js'
import { createAlertsView } from './create-alerts-view.js'
import { ChangeProgram } from './change-program.js'

/** Time, as a watch sees it. */
export interface WatchClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds on a clock that nobody sets. */
  monotonic(): number
  /** Settles after a time, or when the signal aborts. Never rejects. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

const systemClock: WatchClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
}

export interface WatchOptions extends Omit<EvaluateOptions, 'now'> {
  /** Milliseconds from the beginning of a round to that of the next. */
  readonly intervalMs: number
  /** What is told of each change. */
  readonly onChange: { readonly program: string; readonly limit: number } | undefined
  readonly view: Pick<AlertsViewOptions, 'stream' | 'mode' | 'colour'>
  /** Called with the document of each round. */
  readonly onRound?: (document: AlertsDocument) => Promise<void>
  readonly clock?: WatchClock
}

/**
 * Evaluates every alert again and again until the signal aborts: a round begins when the last has ended and the
 * interval has passed, and each request when the budget of its address allows. What it counts is kept, so that a watch
 * that is started again goes on counting.
 *
 * @throws UsageError, DefinitionsError or PreflightError for what the user can put right; LockedError when another
 *   watch keeps the same history
 */
export async function watchAlerts(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const ready = await prepareAlerts(options)
  const clock = options.clock ?? systemClock
  const state = stateFolder(options.state)
  const { histories, notices } = await readHistories(ready, { state, config: options.config, now: clock.now() })
  const locks = await lockHistories(histories, new Date(clock.now()).toISOString())
  try {
    const view = await createAlertsView({ ...options.view, intervalMs: options.intervalMs, now: clock.monotonic })
    try {
      for (const notice of [...standingNotices(ready), ...notices]) view.say(notice)
      await new Watch({ options, ready, clock, state, histories, view, signal }).run()
    } finally {
      view.close()
    }
  } finally {
    await Promise.all(locks.map((lock) => lock.release()))
  }
}

/** Two watches would each write down what the other has not counted. */
async function lockHistories(histories: ReadonlyMap<string, AlertHistory>, since: string): Promise<readonly Lock[]> {
  const { user, pid, host } = currentOperator()
  const held: Lock[] = []
  try {
    for (const [system, { file }] of histories) {
      const holder = { run: String(pid), runbook: `preflight alerts --watch`, user, pid, host, since }
      held.push(await lockOnHost(`the watch of the alerts of ${system}`, `alerts ${file}`, holder))
    }
    return held
  } catch (error) {
    await Promise.all(held.map((lock) => lock.release()))
    throw error
  }
}

interface WatchParts {
  readonly options: WatchOptions
  readonly ready: PreparedAlerts
  readonly clock: WatchClock
  readonly state: string
  /** By system. */
  readonly histories: ReadonlyMap<string, AlertHistory>
  readonly view: AlertsView
  readonly signal: AbortSignal
}

class Watch {
  readonly #parts: WatchParts
  readonly #meta: AlertsMeta
  readonly #program: ChangeProgram | undefined
  /** Changes that the program is being told, by alert: the state that it will know. */
  readonly #telling = new Map<string, AlertChange['to']>()
  readonly #refusedLogins = new RefusedLogins()
  #saving = Promise.resolve()
  #round = 0
  #lastBegan: number | undefined
  /** What was said of the history that cannot be written: once is enough. */
  #saidOfHistory = ''

  constructor(parts: WatchParts) {
    const { options, ready, signal, view } = parts
    this.#parts = parts
    this.#meta = alertsMeta(options, ready)
    const { redact } = this.#meta
    this.#program =
      options.onChange === undefined
        ? undefined
        : new ChangeProgram({ ...options.onChange, signal, redact, warn: (text) => view.say(text) })
  }

  async run(): Promise<void> {
    const { clock, options, signal } = this.#parts
    while (!signal.aborted) {
      const began = clock.monotonic()
      await this.#evaluate(began)
      if (!(signal.aborted as boolean))
        await clock.wait(Math.max(0, began + options.intervalMs - clock.monotonic()), signal)
    }
    await this.#program?.settled()
    await this.#save()
  }

  async #evaluate(began: number): Promise<void> {
    const { clock, options, ready, state, histories, view, signal } = this.#parts
    view.onRoundStart(began)
    const round = await evaluateRound(ready, {
      limits: options.limits,
      state,
      signal,
      onEvent: view.onEvent,
      now: () => clock.now(),
      isWatching: true,
      refusedLogins: this.#refusedLogins,
      before: (alert, now) => histories.get(alert.system)?.before(alert, now),
    })
    if (round === undefined) return
    this.#round += 1
    const document = alertsDocument(round, this.#meta)
    for (const { id, system } of ready.alerts) histories.get(system)?.remember(id, round.memories.get(id)!)
    for (const history of histories.values()) history.endRound(Date.parse(round.at), options.intervalMs, ready.alerts)
    for (const notice of round.notices) view.say(notice)
    view.onRoundEnd(document, {
      round: this.#round,
      intervalMs: options.intervalMs,
      reachedMs: this.#lastBegan === undefined ? undefined : began - this.#lastBegan,
      tookMs: clock.monotonic() - began,
      nextAt: Math.max(began + options.intervalMs, clock.monotonic()),
    })
    this.#lastBegan = began
    this.#tellChanges(document)
    await this.#save()
    await options.onRound?.(document)
  }

  #tellChanges({ alerts, at, deployment, profile, host, tool }: AlertsDocument): void {
    const { histories, view } = this.#parts
    for (const alert of alerts) {
      const { id, state: to } = alert
      const history = histories.get(alert.system)!
      const from = this.#telling.get(id) ?? history.told(id)
      if (from === to) continue
      const change: AlertChange = { schemaVersion: 1, tool, at, deployment, profile, host, from, to, alert }
      view.onChange(change)
      if (this.#program === undefined) history.noteTold(id, to)
      else {
        this.#telling.set(id, to)
        this.#program.tell(change, () => {
          history.noteTold(id, to)
          if (this.#telling.get(id) === to) this.#telling.delete(id)
          void this.#save()
        })
      }
    }
  }

  /** Writes the histories down, one time after the other. Never rejects. */
  #save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#saveNow())
    return this.#saving
  }

  /** A history that cannot be written is said, and ends nothing: this watch goes on counting in memory. */
  async #saveNow(): Promise<void> {
    const { histories, state, view } = this.#parts
    for (const history of histories.values()) {
      try {
        await history.save(state)
        this.#saidOfHistory = ''
      } catch (error) {
        const text = `${messageOf(error)}; a watch that is started again counts from the beginning`
        if (text !== this.#saidOfHistory) view.say(text)
        this.#saidOfHistory = text
      }
    }
  }
}
