import type { RunbookView, RunbookViewOptions } from './runbook-view.js'
import { OutputLines } from './output-lines.js'
import { oneLine } from '../../checks/view/progress.js'
import {
  runningAfter,
  runningText,
  type Running,
  entryDetails,
  entryLine,
  runLine,
  stepOf,
  stepPaletteFor,
} from './step-lines.js'

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createRunbookView(options: RunbookViewOptions): Promise<RunbookView> {
  if (options.mode === 'silent')
    return { onEvent: () => undefined, finish: async () => undefined, abort: () => undefined }
  if (options.mode === 'plain') return createPlainRunbookView(options)
  const { createLiveRunbookView } = await import('./live.js')
  return createLiveRunbookView(options)
}

/** Lines of a step's output that a log is given; the journal has what matters of the rest. */
const mostOutput = 20

/** Milliseconds after which a running step is mentioned, and then how often: a silent log looks like a hung tool. */
const slowAfter = 5_000

const slowEvery = 15_000

const lookEvery = 1_000

/** A line for each thing that happens, for logs and for terminals that cannot be redrawn. */
function createPlainRunbookView({
  steps: all,
  recordOf,
  stream,
  colour,
  redact,
  now = () => performance.now(),
}: RunbookViewOptions): RunbookView {
  const palette = stepPaletteFor(colour)
  const steps = all.filter(({ isAfterUndo }) => isAfterUndo !== true)
  const places = new Map(steps.map(({ path }, index) => [path, index + 1]))
  const digits = String(steps.length).length
  const indent = ' '.repeat(digits * 2 + 4)
  let isWritable = true
  let isAsking = false
  let running: Running | undefined
  let nextMention = 0
  let output = new OutputLines(redact)
  let outputCount = 0
  const shown = new Set<string>()
  const stopWriting = (): void => void (isWritable = false)
  // A log that cannot be read any more is not a reason to end the run.
  stream.on('error', stopWriting)
  const write = (line: string): void => {
    if (isWritable) stream.write(`${line}\n`)
  }

  const timer = setInterval(() => {
    // A person who is being asked knows what is waited for.
    if (running === undefined || isAsking || now() < nextMention) return
    nextMention = now() + slowEvery
    const text = runningText(running, recordOf(running.path).title, now())
    if (text !== undefined) write(palette.faint(`${indent}… ${text}`))
  }, lookEvery)
  timer.unref()

  const tell = (fresh: readonly string[]): void => {
    for (const line of fresh) {
      outputCount += 1
      if (outputCount > mostOutput) continue
      shown.add(oneLine(line))
      write(palette.faint(`${indent}| ${line}`))
    }
  }
  const busyWith = (next: Running | undefined): void => {
    running = next
    nextMention = now() + slowAfter
    output = new OutputLines(redact)
    outputCount = 0
    shown.clear()
  }
  const endOutput = (): void => {
    tell(output.end())
    if (outputCount > mostOutput) write(palette.faint(`${indent}| … and ${outputCount - mostOutput} more lines`))
  }
  const close = (): void => {
    clearInterval(timer)
    running = undefined
  }
  return {
    onEvent(event) {
      if (event.type === 'output') return running?.path === event.step ? tell(output.push(event.text)) : undefined
      if (event.type !== 'journal') return void (isAsking = event.type === 'asking')
      const { entry } = event
      const path = stepOf(entry)
      if (path === undefined) {
        const line = runLine(entry, palette, redact)
        if (line !== undefined) write(`${indent}${line}`)
        return
      }
      endOutput()
      const line = entryLine(entry, recordOf(path), palette, redact)
      const place = places.get(path)
      const number = place === undefined ? 'after undo' : `${String(place).padStart(digits)}/${steps.length}`
      if (line !== undefined) write(`${palette.faint(`[${number}]`)} ${line}`)
      for (const detail of entryDetails(entry, redact, shown)) write(`${indent}| ${detail}`)
      busyWith(runningAfter(entry.event, path, now()))
    },
    async finish() {
      close()
      stream.off('error', stopWriting)
    },
    abort: close,
  }
}
