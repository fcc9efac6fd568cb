import { finishedPhrase, runningPhrase, waitingPhrase } from './phrase.js'
import { paletteFor } from './palette.js'
import { RunProgress, type CheckProgress } from './progress.js'
import { stageSummary } from './stage-summary.js'
import type { View, ViewOptions } from './check-view.js'

/** Milliseconds after which a running check is mentioned, and then how often: a silent log looks like a hung tool. */
const slowAfter = 5_000
const slowEvery = 15_000
const lookEvery = 1_000

/** A line for each check as it ends, for logs and for terminals that cannot be redrawn. */
export function createPlainView({ plan, stream, colour, redact, now = () => performance.now() }: ViewOptions): View {
  const progress = new RunProgress(plan, now)
  const palette = paletteFor(colour)
  const nextMention = new Map<CheckProgress, number>()
  let waitedFor = ''
  let nextWaiting = 0
  const digits = String(progress.total).length
  let isWritable = true
  const stopWriting = (): void => void (isWritable = false)
  // A log that nobody can read any more is no reason to end the run.
  stream.on('error', stopWriting)
  const write = (line: string): void => void (isWritable && stream.write(`${line}\n`))

  const timer = setInterval(() => {
    for (const [check, at] of nextMention) {
      if (now() < at) continue
      nextMention.set(check, at + slowEvery)
      write(palette.faint(`${' '.repeat(digits * 2 + 3)} … running ${runningPhrase(check, now())}`))
    }
  }, lookEvery)
  timer.unref()

  const close = (): void => {
    clearInterval(timer)
    nextMention.clear()
  }
  return {
    onEvent(event) {
      const check = progress.apply(event)
      if (event.type === 'check-started' && !nextMention.has(check)) nextMention.set(check, now() + slowAfter)
      if (event.type !== 'check-finished') return
      nextMention.delete(check)
      const position = `[${String(progress.finished).padStart(digits)}/${progress.total}]`
      write(
        `${palette.faint(position)} ${palette.mark(event.outcome.status)} ${finishedPhrase(check, event.outcome, redact)}`,
      )
    },
    onWaiting(waiting) {
      const ids = waiting.on.map(({ id, message }) => `${id} ${message}`).join()
      if (ids === '' || (ids === waitedFor && now() < nextWaiting)) return
      waitedFor = ids
      nextWaiting = now() + slowEvery
      write(palette.faint(`${' '.repeat(digits * 2 + 3)} … ${waitingPhrase(waiting, redact)}`))
    },
    async finish() {
      close()
      for (const stage of progress.stages) write(stageSummary(stage, palette))
      stream.off('error', stopWriting)
    },
    abort: close,
  }
}
