import { Listr, ListrTaskState, type ListrTask } from 'listr2'
import type { StepRecord } from '../../model/runbook/run-record.js'
import { BoundedRenderer } from '../live/renderer.js'
import { Screen } from '../live/screen.js'
import { runbookFrameAt, type RunbookFrame } from './frame.js'
import { entryLine, outputLines, stepOf, stepPaletteFor } from './step-lines.js'
import type { RunbookView, RunbookViewOptions } from './view.js'

type Renderer = typeof BoundedRenderer

/** Lines of the running step's output in the window. */
const shownOutput = 3
/** Steps to come in the window. */
const shownNext = 3

const over: ReadonlySet<string> = new Set(['done', 'verified', 'failed', 'unknown', 'skipped', 'cancelled', 'undone', 'undo-failed'])

/** The run as Listr tasks, one after another, projected from its events. */
export function createLiveRunbookView({ title, steps, recordOf, stream, colour, redact, now = () => performance.now() }: RunbookViewOptions): RunbookView {
  const palette = stepPaletteFor(colour)
  const screen = new Screen(stream)
  const lines: string[] = []
  const order = new Map(steps.map(({ path }, index) => [path, index]))
  const ended = new Set(steps.filter(({ path }) => over.has(recordOf(path).state)).map(({ path }) => path))
  const gates = steps.map(({ path }) => new Gate(ended.has(path)))
  const closing = new Gate(false)
  let running: { readonly path: string; readonly isUndo: boolean; readonly attempt: number; readonly since: number; output: readonly string[] } | undefined
  let reached = 0

  const frame = (): RunbookFrame => ({
    title,
    ended: ended.size,
    total: steps.length,
    running: running === undefined ? undefined : { ...running, title: recordOf(running.path).title },
    next: running?.isUndo === true ? [] : steps.slice(reached, reached + shownNext).map((step) => step.title),
  })
  const tasks = steps.map((step, index): ListrTask<unknown, Renderer, Renderer> => ({
    title: step.title,
    task: async (_context, task) => {
      await gates[index]!.opened
      const { state, message } = recordOf(step.path)
      if (state === 'failed' || state === 'unknown' || state === 'undo-failed') throw new Error(state)
      if (state === 'skipped' || state === 'pending' || state === 'not-run') return task.skip(message)
      task.task.state$ = ListrTaskState.STARTED
    },
  }))
  const last: ListrTask<unknown, Renderer, Renderer> = { title: 'the end of the run', task: () => closing.opened }
  const listr = new Listr<unknown, Renderer, Renderer>([...tasks, last], {
    concurrent: false,
    exitOnError: false,
    // Listr's own handler exits with 127 and flushes nothing.
    registerSignalListeners: false,
    renderer: BoundedRenderer,
    rendererOptions: { screen, takeLines: () => lines.splice(0), frame: (size) => runbookFrameAt(frame(), size, palette, now()) },
  })
  const done = listr.run().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  const openAll = (): void => {
    for (const gate of [...gates, closing]) gate.open()
  }
  const settle = (path: string, { state }: StepRecord): void => {
    if (!over.has(state)) return
    ended.add(path)
    gates[order.get(path)!]?.open()
  }
  return {
    onEvent(event) {
      if (event.type === 'asking') return screen.suspend(lines.splice(0))
      if (event.type === 'answered') return screen.open()
      if (event.type === 'output') {
        if (running?.path === event.step) running.output = [...running.output, ...outputLines(event.text, redact)].slice(-shownOutput)
        return
      }
      const { entry } = event
      const path = stepOf(entry)
      if (path === undefined) return
      const record = recordOf(path)
      const { type } = entry.event
      if (type === 'step-intent' || type === 'undo-intent') {
        running = { path, isUndo: type === 'undo-intent', attempt: entry.event.attempt, since: now(), output: [] }
        reached = Math.max(reached, order.get(path)! + 1)
        return
      }
      if (type === 'step-result' || type === 'undo-result') running = undefined
      if (type === 'step-skipped') reached = Math.max(reached, order.get(path)! + 1)
      settle(path, record)
      const line = entryLine(entry, record, palette, redact)
      if (line !== undefined) lines.push(line)
    },
    async finish() {
      running = undefined
      openAll()
      const failure = await done
      screen.close()
      if (failure !== undefined) throw failure.thrown
    },
    abort() {
      running = undefined
      openAll()
      screen.draw(lines.splice(0), [])
      screen.close()
    },
  }
}

/** Something that is waited for and opened once. */
class Gate {
  readonly opened: Promise<void>
  #open!: () => void

  constructor(isOpen: boolean) {
    this.opened = new Promise((resolve) => (this.#open = resolve))
    if (isOpen) this.#open()
  }

  open(): void {
    this.#open()
  }
}
