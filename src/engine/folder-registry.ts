import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suggestionHint } from '../base/text/suggestion.js'
import { UsageError } from '../base/errors.js'
import type { Probe } from './probe.js'
import type { Collector } from './collector.js'

/**
 * A folder of units, one file each: the file's name is the unit's name, and nothing else lists them.
 * A unit is imported only when it is asked for.
 */
export interface Registry<Unit> {
  /** Every name, in alphabetical order, without importing anything. */
  names(): readonly string[]
  has(name: string): boolean
  /** @throws UsageError for a name that has no file */
  load(name: string): Promise<Unit>
}

/**
 * @param folder URL of the folder, relative to which the files are imported
 * @param what what a unit is called in messages
 * @param suffix what is between the unit's name and the file's ending, as `.self-test`
 * @param pick takes the unit out of its module; throws when the file does not export one
 */
export function folderRegistry<Unit>(
  folder: URL,
  what: string,
  pick: (module: Record<string, unknown>, name: string) => Unit,
  suffix = '',
): Registry<Unit> {
  const ending = new RegExp(`${suffix.replaceAll('.', '\\.')}\\.(js|ts)$`)
  const files = new Map(
    readdirSync(fileURLToPath(folder))
      .filter((file) => ending.test(file) && /^[a-z][a-z-]*$/.test(file.replace(ending, '')))
      .sort()
      .map((file) => [file.replace(ending, ''), file]),
  )
  const loaded = new Map<string, Promise<Unit>>()
  return {
    names: () => [...files.keys()],
    has: (name) => files.has(name),
    load(name) {
      const file = files.get(name)
      if (file === undefined)
        throw new UsageError(`unknown ${what} ${name}`, {
          hint: suggestionHint(name, files.keys()) ?? `known: ${[...files.keys()].join(', ')}`,
        })
      const unit =
        loaded.get(name) ??
        import(new URL(file, folder).href).then((module: Record<string, unknown>) => pick(module, name))
      loaded.set(name, unit)
      return unit
    },
  }
}

/** Every probe kind, by its file in `src/checks/probes`. */
export const probeRegistry = folderRegistry<Probe>(
  new URL('../checks/probes/', import.meta.url),
  'probe kind',
  (module, name) => {
    const probe = module['probe'] as Probe | undefined
    if (probe?.kind !== name) throw new Error(`src/checks/probes/${name} exports no probe of that kind`)
    return probe
  },
)

/** Every kind of evidence, by its file in `src/incidents/collectors`. */
export const collectorRegistry = folderRegistry<Collector>(
  new URL('../incidents/collectors/', import.meta.url),
  'collector kind',
  (module, name) => {
    const collector = module['collector'] as Collector | undefined
    if (collector?.kind !== name) throw new Error(`src/incidents/collectors/${name} exports no collector of that kind`)
    return collector
  },
)
