import { formatDuration, formatLimit } from '../../base/time/duration.js'
import { lineText, withoutLogCommands } from '../../base/text/terminal-text.js'
import { AlertLines, isBehind } from './alert-lines.js'
import type { AlertsView, AlertsViewOptions } from './alerts-view.js'

/** Lines for a log: every alert once, then what changes, and when rounds follow more slowly than they should. */
export function plainAlertsView({ stream, colour, intervalMs }: AlertsViewOptions): AlertsView {
  const lines = new AlertLines(colour)
  let isWritable = true
  let wasBehind = false
  // A log that cannot be read any more is not a reason to end the watch.
  const stopWriting = (): void => void (isWritable = false)
  stream.on('error', stopWriting)
  const write = (line: string): void => {
    if (isWritable) stream.write(`${withoutLogCommands(line)}\n`)
  }
  return {
    onRoundStart: () => undefined,
    onEvent: () => undefined,
    onRoundEnd({ alerts }, pace) {
      if (pace.round === 1) {
        for (const alert of alerts) write(lines.alert(alert))
        write(`watching ${alerts.length} alerts every ${formatLimit(intervalMs)}; Ctrl-C ends it`)
      }
      const isNowBehind = isBehind(pace)
      if (isNowBehind && !wasBehind)
        write(`rounds follow every ${formatDuration(pace.reachedMs ?? 0)}, not every ${formatLimit(intervalMs)}`)
      else if (wasBehind && !isNowBehind) write(`rounds follow every ${formatLimit(intervalMs)} again`)
      wasBehind = isNowBehind
    },
    onChange(change) {
      for (const line of lines.change(change)) write(line)
    },
    say: (text) => write(lineText(text)),
    close: () => void stream.off('error', stopWriting),
  }
}
