import type { ListrRenderer } from 'listr2'
import type { Screen } from './screen.js'

/** An alias, no interface: Listr wants its options to have an index signature. */
type BoundedRendererOptions = {
  readonly screen: Screen
  /** The window at this moment. */
  readonly frame: (size: FrameSize) => readonly string[]
  /** Lines that came up since the last call, to be above the window permanently. */
  readonly takeLines: () => readonly string[]
}

/** At most ten frames a second, however many tasks change meanwhile. */
const frameEvery = 100

/**
 * Listr's renderer interface, drawing at a bounded rate within a bounded window. Listr's own default renderer redraws
 * every task at every change, which is quadratic: 200 tasks cost it 5 seconds.
 */
export class BoundedRenderer implements ListrRenderer {
  static readonly nonTTY = true
  static rendererOptions: BoundedRendererOptions
  static rendererTaskOptions: Record<string, never>
  readonly #options: BoundedRendererOptions
  #timer: NodeJS.Timeout | undefined

  constructor(_tasks: unknown, options: BoundedRendererOptions) {
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
    const { screen, frame, takeLines } = this.#options
    // While somebody else has the terminal, lines wait.
    if (screen.isOpen) screen.draw(takeLines(), frame(screen.size))
  }
}

export interface FrameSize {
  readonly rows: number
  readonly columns: number
}
