import { PreflightError } from '../base/errors.js'
import { builtinChecks, builtinRunbooks, builtinAlerts } from '../base/package.js'
import { counted } from '../base/text/wording.js'
import { filesToRead, noGround } from '../checks/files-read.js'
import { shownPath } from '../base/files/shown-path.js'
import type { ValidateSource } from './validate-definitions.js'
import { reportError } from './report-error.js'
import { warn } from './base-command.js'
import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { deferred } from '../base/time/deadline.js'

/** Names of files that changed, of which so many are shown. */
const mostNamed = 3

/**
 * Validates, and again at every change of the files that are read, until the signal is aborted. Nothing of the terminal
 * is changed: each answer is below the one before.
 *
 * @param validate writes the answer; throws as `validateDefinitions` does
 */
export async function validateWatching(
  { alerts, definitions, runbooks }: ValidateSource,
  validate: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const places = async (): Promise<readonly string[]> =>
    [
      ...definitions.checks,
      ...runbooks,
      ...alerts,
      ...(await filesToRead({ ...definitions, runbooks, alerts, ...noGround })),
    ].filter((place) => ![builtinAlerts, builtinChecks, builtinRunbooks].some((folder) => place.startsWith(folder)))
  await watchFiles(
    places,
    async (changed) => {
      if (changed.length > 0) warn(`--- ${new Date().toLocaleTimeString('en-GB')} changed: ${named(changed)}`)
      try {
        await validate()
      } catch (error) {
        if (!(error instanceof PreflightError) || error.code === 'output') throw error
        reportError(error, [])
      }
      warn('watching for changes; Ctrl-C ends it')
    },
    signal,
  )
}

function named(changed: readonly string[]): string {
  const more = changed.length - mostNamed
  const names = changed.slice(0, mostNamed).map(shownPath).join(', ')
  return more > 0 ? `${names} and ${counted(more, 'other file')}` : names
}

/** Milliseconds after which files are looked at whatever the system says: it may not report changes from elsewhere. */
const pollInterval = 1000

/** Milliseconds without a further change, after which what an editor writes is taken to be whole. */
const quietTime = 100

/** Of each file, what changes with its content. */
type Traces = ReadonlyMap<string, string>

/**
 * Calls back at once, with nothing changed, and then when files change, until the signal is aborted. One call at a
 * time; what changes meanwhile leads to the next.
 *
 * @param places the files and folders that count; asked again after every change
 */
async function watchFiles(
  places: () => Promise<readonly string[]>,
  onChange: (changed: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let before = await tracesOf(await places())
  await onChange([])
  const isOver = (): boolean => signal.aborted
  while (!isOver()) {
    await nextEvent(await places(), signal)
    const after = await settledTraces(places, signal)
    const changed = differences(before, after)
    before = after
    if (changed.length > 0 && !isOver()) await onChange(changed)
  }
}

/** Settles when the system reports a change, at the latest after the poll interval. */
async function nextEvent(places: readonly string[], signal: AbortSignal): Promise<void> {
  const event = deferred<undefined>()
  const watchers = [...new Set(places.flatMap((place) => [place, dirname(place)]))].flatMap((place) =>
    watcherOf(place, () => event.resolve(undefined)),
  )
  const timer = setTimeout(() => event.resolve(undefined), pollInterval)
  const end = (): void => event.resolve(undefined)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  await event.promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
  for (const watcher of watchers) watcher.close()
}

/** None where the system cannot watch, or has no more watches: the poll is left then. */
function watcherOf(place: string, onEvent: () => void): FSWatcher[] {
  try {
    return [watch(place, onEvent).on('error', () => undefined)]
  } catch {
    return []
  }
}

async function settledTraces(places: () => Promise<readonly string[]>, signal: AbortSignal): Promise<Traces> {
  let before = await tracesOf(await places())
  for (;;) {
    await wait(quietTime, undefined, { signal }).catch(() => undefined)
    const after = await tracesOf(await places())
    if (signal.aborted || differences(before, after).length === 0) return after
    before = after
  }
}

async function tracesOf(places: readonly string[]): Promise<Traces> {
  const traces = new Map<string, string>()
  const look = async (path: string): Promise<void> => {
    const status = await stat(path).catch(() => undefined)
    if (status?.isFile() === true) traces.set(path, `${status.mtimeMs} ${status.size} ${status.ino}`)
    if (status?.isDirectory() !== true) return
    const names = await readdir(path).catch(() => [])
    for (const name of names) if (!name.startsWith('.')) await look(join(path, name))
  }
  for (const place of places) await look(resolve(place))
  return traces
}

function differences(before: Traces, after: Traces): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))
}
