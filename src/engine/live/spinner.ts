const shapes = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const step = 100

/** The spinner at a moment, in milliseconds. */
export function spinnerAt(now: number): string {
  return shapes[Math.floor(now / step) % shapes.length] ?? ''
}
