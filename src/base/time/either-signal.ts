/** A signal that is aborted with either of two. */
export interface EitherSignal {
  readonly signal: AbortSignal
  /** Lets go of both. */
  dispose(): void
}

/**
 * Not `AbortSignal.any`: in Node 20 it holds its sources so loosely that one which nobody else holds (a time-out) never
 * fires once
 * garbage was collected (measured on 20.20.2).
 */
export function eitherOf(first: AbortSignal, second: AbortSignal): EitherSignal {
  const controller = new AbortController()
  const sources = [first, second]
  const abort = (): void => controller.abort(sources.find((source) => source.aborted)?.reason)
  for (const source of sources) source.addEventListener('abort', abort, { once: true })
  if (sources.some((source) => source.aborted)) abort()
  return {
    signal: controller.signal,
    dispose: () => {
      for (const source of sources) source.removeEventListener('abort', abort)
    },
  }
}
