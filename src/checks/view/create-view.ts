import type { CheckView, ViewOptions } from './check-view.js'
import {
  finishedPhrase,
  runningPhrase,
  waitingPhrase,
  RunProgress,
  type CheckProgress,
  stageSummary,
} from './progress.js'
import { paletteFor } from './palette.js'

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createView(options: ViewOptions): Promise<CheckView> {
  if (options.mode === 'silent')
    return {
      onEvent: () => undefined,
      onWaiting: () => undefined,
      finish: async () => undefined,
      abort: () => undefined,
    }
  if (options.mode === 'plain') return createPlainView(options)
  const { createLiveView } = await import('./live/live-view.js')
  return createLiveView(options)
}

/** Milliseconds after which a running check is mentioned, and then how often: a silent log looks like a hung tool. */
const slowAfter = 5_000

const slowEvery = 15_000

const lookEvery = 1_000

/** A line for each check as it ends, for logs and for terminals that cannot be redrawn. */
function createPlainView({ plan, stream, colour, redact, now = () => performance.now() }: ViewOptions): CheckView {
  const progress = new RunProgress(plan, now)
  const palette = paletteFor(colour)
  const nextMention = new Map<CheckProgress, number>()
  let waitedFor = ''
  let nextWaiting = 0
  const digits = String(progress.total).length
  let isWritable = true
  const stopWriting = (): void => void (isWritable = false)
  // A log that cannot be read any more is not a reason to end the run.
  stream.on('error', stopWriting)
  const write = (line: string): void => {
    if (isWritable) stream.write(`${line}\n`)
  }

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
