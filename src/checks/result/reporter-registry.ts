import type { Reporter } from './reporter.js'
import { folderRegistry } from '../../engine/folder-registry.js'

/** Every report format, by its file in `src/reports`. */
export const reporterRegistry = folderRegistry<Reporter>(
  new URL('../../reports/', import.meta.url),
  'format',
  (module, name) => {
    const reporter = module['reporter'] as Reporter | undefined
    if (reporter?.format !== name) throw new Error(`src/reports/${name} exports no reporter of that format`)
    return reporter
  },
)
