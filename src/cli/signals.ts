import { exitCodes, type ExitCode } from '../base/exit-codes.js'

const signalCodes = { SIGHUP: exitCodes.hangup, SIGINT: exitCodes.interrupt, SIGTERM: exitCodes.terminate } as const
type HandledSignal = keyof typeof signalCodes

export interface Interruption {
  readonly signal: AbortSignal
  /** The exit code of the signal that came, if one did. */
  exitCode(): ExitCode | undefined
}

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into a cancellation that lets everything be put down in order; a second one
 * ends the process at once, with that signal's exit code. It listens until the process ends: a signal between the last
 * file and the
 * exit must not kill what is done.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  let code: ExitCode | undefined
  const onSignal = (name: HandledSignal): void => {
    if (code !== undefined) process.exit(signalCodes[name])
    code = signalCodes[name]
    controller.abort(new Error(`interrupted by ${name}`))
  }
  const names = Object.keys(signalCodes) as HandledSignal[]
  for (const name of names) process.on(name, onSignal)
  return { signal: controller.signal, exitCode: () => code }
}

/** Settles at the first signal; keeps the process alive until then. */
export function untilInterrupted({ signal }: Interruption): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000)
    const end = (): void => {
      clearInterval(alive)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
