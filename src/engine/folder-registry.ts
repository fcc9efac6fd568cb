import { suggestionHint } from '../base/text/wording.js'
import { UsageError } from '../base/errors.js'
import { unitFiles } from '../base/unit-files.js'
import type { Probe } from './probe.js'
import type { Collector } from './collector.js'
import type { SelfTest } from './self-test.js'

/**
 * A folder of units, one file each: the file's name is the unit's name, and nothing else lists them. A unit is imported
 * only when it is asked for.
 */
export interface Registry<Unit> {
  /** Every name, in alphabetical order, without importing anything. */
  names(): readonly string[]
  has(name: string): boolean
  /** @throws UsageError for a name that has no file */
  load(name: string): Promise<Unit>
}

/** Where the units of one sort lie, and what they are called. */
interface UnitFolder {
  /** Below `src`, as `checks/probes`. */
  readonly folder: string
  /** What a unit is called in messages. */
  readonly what: string
  /** The name under which each file exports its unit. */
  readonly exported: string
  /** What is between the unit's name and the file's ending, as `.self-test`. */
  readonly suffix?: string
}

/** A unit says its own name, which must be that of its file. */
export type NamedUnit = { readonly kind: string } | { readonly format: string } | { readonly name: string }

function nameOf(unit: NamedUnit): string {
  if ('kind' in unit) return unit.kind
  return 'format' in unit ? unit.format : unit.name
}

export function folderRegistry<Unit extends NamedUnit>({
  folder,
  what,
  exported,
  suffix = '',
}: UnitFolder): Registry<Unit> {
  const files = new Map(
    [...unitFiles(folder)]
      .filter(([file]) => file.endsWith(suffix) && /^[a-z][a-z-]*$/.test(file.slice(0, file.length - suffix.length)))
      .map(([file, load]) => [file.slice(0, file.length - suffix.length), load]),
  )
  const loaded = new Map<string, Promise<Unit>>()
  const read = async (name: string, file: () => Promise<object>): Promise<Unit> => {
    const unit = ((await file()) as Readonly<Record<string, Unit | undefined>>)[exported]
    if (unit === undefined || nameOf(unit) !== name)
      throw new Error(`src/${folder}/${name}${suffix} exports no ${what} of that name as \`${exported}\``)
    return unit
  }
  return {
    names: () => [...files.keys()],
    has: (name) => files.has(name),
    load(name) {
      const file = files.get(name)
      if (file === undefined)
        throw new UsageError(`unknown ${what} ${name}`, {
          hint: suggestionHint(name, files.keys()) ?? `known: ${[...files.keys()].join(', ')}`,
        })
      const unit = loaded.get(name) ?? read(name, file)
      loaded.set(name, unit)
      return unit
    },
  }
}

/** Every probe kind. */
export const probeRegistry = folderRegistry<Probe>({
  folder: 'checks/probes',
  what: 'probe kind',
  exported: 'probe',
})

/** How each probe kind is tried out. */
export const selfTestRegistry = folderRegistry<SelfTest>({
  folder: 'checks/probes',
  what: 'self-test',
  exported: 'selfTest',
  suffix: '.self-test',
})

/** Every kind of evidence. */
export const collectorRegistry = folderRegistry<Collector>({
  folder: 'incidents/collectors',
  what: 'collector kind',
  exported: 'collector',
})
