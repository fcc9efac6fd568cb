import type { WriteStream } from 'node:tty'
import { surrounding } from '../base/own-environment.js'

/**
 * Whether a stream may carry ANSI colours: https://no-color.org and FORCE_COLOR, else only a terminal that is not dumb.
 */
export function hasColour(stream: Pick<WriteStream, 'isTTY'>): boolean {
  if ((surrounding('NO_COLOR') ?? '') !== '') return false
  const forced = surrounding('FORCE_COLOR')
  if (forced !== undefined && forced !== '') return forced !== '0'
  return stream.isTTY && surrounding('TERM') !== 'dumb'
}

/** Columns to lay text out in: the terminal's, within reason, or 100 for files and pipes. */
export function widthOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return stream.isTTY === true ? Math.min(Math.max(stream.columns ?? 100, 40), 160) : 100
}

/** Whether the live view may be drawn: a terminal, not dumb, and not a CI system's. */
export function isLive(stream: Pick<WriteStream, 'isTTY'>): boolean {
  return stream.isTTY && surrounding('TERM') !== 'dumb' && (surrounding('CI') ?? '') === ''
}

/**
 * Leaves the standard streams as another program expects them: where one is a pipe or a terminal, Node has it return
 * instead of wait, for everything that uses it.
 */
export function handOverStreams(): void {
  for (const stream of [process.stdout, process.stderr] as readonly StreamWithHandle[])
    stream._handle?.setBlocking?.(true)
}

/** A file has none. */
interface StreamWithHandle {
  readonly _handle?: { setBlocking?(isBlocking: boolean): void } | null
}
