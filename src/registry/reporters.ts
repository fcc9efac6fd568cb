import type { Reporter } from '../model/reporter.js'
import { folderRegistry } from './registry.js'

/** Every report format, by its file in `src/reporters`. */
export const reporterRegistry = folderRegistry<Reporter>(new URL('../reporters/', import.meta.url), 'format', (module, name) => {
  const reporter = module['reporter'] as Reporter | undefined
  if (reporter?.format !== name) throw new Error(`src/reporters/${name} exports no reporter of that format`)
  return reporter
})
