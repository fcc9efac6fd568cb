import { ListrTaskState, type ListrTask, type ListrTaskWrapper } from 'listr2'
import type { Outcome } from '../../outcome.js'
import type { CheckProgress } from '../progress.js'
import type { BoundedRenderer } from '../../../engine/live/renderer.js'

type Renderer = typeof BoundedRenderer

/** A check as a Listr task: it does nothing but take on the states that the events tell. */
export class Projection {
  readonly #check: CheckProgress
  readonly #ended: Promise<Outcome | undefined>
  /** @param outcome `undefined` when the run was cut short; calls after the first change nothing */
  readonly end: (outcome: Outcome | undefined) => void
  #wrapper: ListrTaskWrapper<unknown, Renderer, Renderer> | undefined

  constructor(check: CheckProgress) {
    this.#check = check
    let end!: (outcome: Outcome | undefined) => void
    this.#ended = new Promise((resolve) => (end = resolve))
    this.end = end
  }

  /** The task for Listr's list. Listr starts all at once; it says waiting until the check itself starts. */
  get task(): ListrTask<unknown, Renderer, Renderer> {
    return {
      title: this.#check.definition.title,
      task: async (_context, wrapper) => {
        this.#wrapper = wrapper
        if (this.#check.phase === 'waiting') wrapper.task.state$ = ListrTaskState.WAITING
        const outcome = await this.#ended
        if (outcome === undefined) return wrapper.skip('interrupted')
        if (outcome.status === 'not-applicable') return wrapper.skip('not applicable')
        if (['fail', 'error', 'timeout', 'blocked'].includes(outcome.status)) throw new Error(outcome.status)
        wrapper.task.state$ = ListrTaskState.STARTED
      },
    }
  }

  start(): void {
    if (this.#wrapper !== undefined) this.#wrapper.task.state$ = ListrTaskState.STARTED
  }
}
