import { readKeyValueLines } from '../key-value-lines.js'
import type { EnvironmentDraft } from '../read-environment.js'
import type { SourceText } from '../env-source-text.js'
import { setInherited } from './filled-value.js'
import type { Lookup } from './interpolate.js'

/** Reads an `env_file` with `format: raw`, which is the grammar of docker's `--env-file`. */
export function readRawFile(source: SourceText, inherited: Lookup): EnvironmentDraft {
  return readKeyValueLines(source, { lookup: inherited, setUnknown: setInherited })
}
