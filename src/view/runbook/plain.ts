import { formatDuration } from '../../kernel/duration.js'
import { neutralise } from '../../kernel/terminal-text.js'
import { entryLine, outputLines, stepOf, stepPaletteFor } from './step-lines.js'
import type { RunbookView, RunbookViewOptions } from './view.js'

/** Lines of a step's output that a log is given; the journal has what matters of the rest. */
const mostOutput = 20
/** Milliseconds after which a running step is mentioned again: a silent log looks like a hung tool. */
const mentionEvery = 15_000

/** A line for each thing that happens, for logs and for terminals that cannot be redrawn. */
export function createPlainRunbookView({ steps, recordOf, stream, colour, redact, now = () => performance.now() }: RunbookViewOptions): RunbookView {
  const palette = stepPaletteFor(colour)
  const places = new Map(steps.map(({ path }, index) => [path, index + 1]))
  const digits = String(steps.length).length
  let isWritable = true
  let running: { readonly path: string; readonly since: number; mentioned: number; lines: number } | undefined
  const stopWriting = (): void => void (isWritable = false)
  // A log that nobody can read any more is no reason to end the run.
  stream.on('error', stopWriting)
  const write = (line: string): void => void (isWritable && stream.write(`${line}\n`))
  const indent = ' '.repeat(digits * 2 + 4)

  const timer = setInterval(() => {
    if (running === undefined || now() < running.mentioned + mentionEvery) return
    running.mentioned = now()
    write(palette.faint(`${indent}… ${neutralise(recordOf(running.path).title)} is running for ${formatDuration(now() - running.since)}`))
  }, 1000)
  timer.unref()

  const endOutput = (): void => {
    if (running !== undefined && running.lines > mostOutput) write(palette.faint(`${indent}| … and ${running.lines - mostOutput} lines more`))
    running = undefined
  }
  const close = (): void => {
    clearInterval(timer)
    stream.off('error', stopWriting)
  }
  return {
    onEvent(event) {
      if (event.type === 'output') {
        if (running?.path !== event.step) return
        for (const line of outputLines(event.text, redact)) {
          running.lines += 1
          if (running.lines <= mostOutput) write(palette.faint(`${indent}| ${line}`))
        }
        return
      }
      if (event.type !== 'journal') return
      const { entry } = event
      const path = stepOf(entry)
      if (path === undefined) return
      if (entry.event.type === 'step-result' || entry.event.type === 'undo-result') endOutput()
      const line = entryLine(entry, recordOf(path), palette, redact)
      if (line !== undefined) write(`${palette.faint(`[${String(places.get(path) ?? 0).padStart(digits)}/${steps.length}]`)} ${line}`)
      if (entry.event.type === 'step-intent' || entry.event.type === 'undo-intent') running = { path, since: now(), mentioned: now(), lines: 0 }
    },
    async finish() {
      close()
    },
    abort: close,
  }
}
