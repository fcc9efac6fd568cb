import { truncate, lineText } from '../../base/text/terminal-text.js'
import { formatDuration } from '../../base/time/duration.js'
import { Screen, spinnerAt } from '../../engine/live/screen.js'
import { waitingText, type WaitingForTurn } from '../../net/turn.js'
import type { AlertsDocument } from '../alerts-document.js'
import { AlertLines } from './alert-lines.js'
import type { AlertsView, AlertsViewOptions, WatchPace } from './alerts-view.js'

/** Four frames a second: a watch goes on for days. */
const frameEvery = 250

/** A window with a line for each alert, and above it what changed. */
export function liveAlertsView({ stream, colour, now }: AlertsViewOptions): AlertsView {
  const lines = new AlertLines(colour)
  const screen = new Screen(stream)
  const permanent: string[] = []
  const waiting = new Map<string, WaitingForTurn>()
  let last: { readonly document: AlertsDocument; readonly pace: WatchPace } | undefined
  let began: number | undefined
  const draw = (): void => {
    if (screen.isOpen) screen.draw(permanent.splice(0), frame())
  }
  const footer = (): string => {
    const pace = last === undefined ? 'the first round' : lines.pace(last.pace)
    if (began === undefined)
      return `· ${pace}; next in ${formatDuration(Math.max(0, Math.ceil(((last?.pace.nextAt ?? 0) - now()) / 1000) * 1000))}`
    const [turn] = waiting.values()
    return `${spinnerAt(now())} ${pace}; asking for ${formatDuration(now() - began)}${turn === undefined ? '' : `, ${waitingText(turn)}`}`
  }
  const frame = (): readonly string[] => {
    const { rows, columns } = screen.size
    const alerts = last?.document.alerts ?? []
    const room = Math.max(1, rows - 2)
    const shown = alerts.length <= room ? alerts : alerts.slice(0, room - 1)
    const more = alerts.length - shown.length
    return [
      ...shown.map((alert) => truncate(lines.alert(alert), columns - 1)),
      ...(more === 0 ? [] : [`  … and ${more} more`]),
      truncate(footer(), columns - 1),
    ]
  }
  screen.open()
  draw()
  const timer = setInterval(() => {
    if (screen.isKeepingUp) draw()
  }, frameEvery)
  timer.unref()
  return {
    onRoundStart(at) {
      began = at
      waiting.clear()
    },
    onEvent(event) {
      if (event.type === 'check-waits' && event.waiting !== undefined) waiting.set(event.id, event.waiting)
      else if (event.type === 'check-waits' || event.type === 'check-finished') waiting.delete(event.id)
    },
    onRoundEnd(document, pace) {
      last = { document, pace }
      began = undefined
      draw()
    },
    onChange(change) {
      permanent.push(...lines.change(change))
      draw()
    },
    say(text) {
      permanent.push(lineText(text))
      draw()
    },
    close() {
      clearInterval(timer)
      draw()
      screen.close()
    },
  }
}
