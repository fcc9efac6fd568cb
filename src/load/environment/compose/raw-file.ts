import { containerVariable, containerVariableHint } from '../container-name.js'
import { setOnce } from '../env-file.js'
import { EnvironmentDraft } from '../read-environment.js'
import type { SourceText } from '../source-text.js'
import { setInherited } from './filled-value.js'
import type { Lookup } from './interpolate.js'

/**
 * Reads an `env_file` with `format: raw` (docker/cli, package kvfile): a name, `=`, and every character up to the line's end. A name alone takes
 * its value from elsewhere.
 */
export function readRawFile(source: SourceText, inherited: Lookup): EnvironmentDraft {
  const draft = new EnvironmentDraft()
  let start = 0
  for (const whole of source.text.split('\n')) {
    const line = whole.replace(/\r$/, '').replace(/^[ \t]+/, '')
    const position = source.position(start + whole.indexOf(line))
    start += whole.length + 1
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    const name = equals === -1 ? line : line.slice(0, equals)
    const value = equals === -1 ? inherited(name) : line.slice(equals + 1)
    if (!containerVariable.test(name)) draft.report(position, 'variable-name', 'what stands here is no variable name', containerVariableHint)
    else if (value === null) setInherited(draft, name, position)
    else if (value !== undefined) setOnce(draft, name, value, position)
  }
  return draft
}
