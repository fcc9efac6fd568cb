import type { ListrRenderer } from 'listr2'
import type { Palette } from '../palette.js'
import type { StageProgress } from '../progress.js'
import { frameAt } from './frame.js'
import type { Screen } from './screen.js'

/** An alias, no interface: Listr wants its options to have an index signature. */
export type BoundedRendererOptions = {
  readonly screen: Screen
  readonly palette: Palette
  readonly now: () => number
  /** Lines that came up since the last call, to stand above the window for good. */
  readonly takeLines: () => readonly string[]
}

/** What each stage's task carries for the renderer. */
export type BoundedRendererTaskOptions = {
  readonly stage?: StageProgress
}

/** At most ten frames a second, however many tasks change meanwhile. */
const frameEvery = 100

/** What is read of a Listr task. */
interface StageTask {
  readonly rendererTaskOptions: BoundedRendererTaskOptions | undefined
}

/**
 * Listr's renderer interface, drawing at a bounded rate within a bounded window. Listr's own default renderer redraws every task
 * at every change, which is quadratic: 200 tasks cost it 5 seconds.
 */
export class BoundedRenderer implements ListrRenderer {
  static readonly nonTTY = true
  static rendererOptions: BoundedRendererOptions
  static rendererTaskOptions: BoundedRendererTaskOptions
  readonly #tasks: readonly StageTask[]
  readonly #options: BoundedRendererOptions
  #timer: NodeJS.Timeout | undefined

  constructor(tasks: readonly StageTask[], options: BoundedRendererOptions) {
    this.#tasks = tasks
    this.#options = options
  }

  readonly render = (): void => {
    this.#options.screen.open()
    this.#draw()
    this.#timer = setInterval(() => {
      if (this.#options.screen.isKeepingUp) this.#draw()
    }, frameEvery)
    this.#timer.unref()
  }

  /** Draws the last frame and gives the terminal back. May be called again. */
  readonly end = (): void => {
    clearInterval(this.#timer)
    this.#draw()
    this.#options.screen.close()
  }

  #draw(): void {
    const { screen, palette, now, takeLines } = this.#options
    const stages = this.#tasks.flatMap((task) => task.rendererTaskOptions?.stage ?? [])
    screen.draw(takeLines(), frameAt(stages, screen.size, palette, now()))
  }
}
