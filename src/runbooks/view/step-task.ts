import { ListrTaskState, type ListrTask } from 'listr2'
import type { StepRecord } from '../record/step-record.js'
import type { BoundedRenderer } from '../../engine/live/renderer.js'

type Renderer = typeof BoundedRenderer

/** A step as a Listr task: it does nothing but take on the state that the step has when its gate opens. */
export function stepTask(
  { path, title }: { readonly path: string; readonly title: string },
  gate: Gate,
  recordOf: (path: string) => StepRecord,
): ListrTask<unknown, Renderer, Renderer> {
  return {
    title,
    task: async (_context, task) => {
      await gate.opened
      const { state, message } = recordOf(path)
      if (state === 'failed' || state === 'unknown' || state === 'undo-failed') throw new Error(state)
      if (state === 'skipped' || state === 'pending' || state === 'not-run') return task.skip(message)
      task.task.state$ = ListrTaskState.STARTED
    },
  }
}

/** Something that is waited for and opened once. */
export class Gate {
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
