import type { Position } from '../../base/position.js'
import { containerVariable, containerVariableHint } from './container-name.js'
import { setOnce } from './env-file.js'
import { EnvironmentDraft } from './read-environment.js'
import type { SourceText } from './env-source-text.js'

/** Where a name without a value takes one from. */
export interface Inheritance {
  /** The value, `undefined` when it stays unset, `null` when nobody can tell. */
  readonly lookup: (name: string) => string | undefined | null
  /** Says in the program's own words that nobody can. */
  readonly setUnknown: (draft: EnvironmentDraft, name: string, position: Position) => void
}

/** What Go's `unicode.IsSpace` takes for a blank. */
const blanksAtStart = /^[\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/** docker reads lines into a buffer of so many bytes, the line end included, and refuses a longer one. */
const longestLine = 64 * 1024

/**
 * Reads lines as docker's package kvfile does: a name, `=`, and every character up to the line's end, quotes, blanks
 * and what looks like a comment
 * included. Blanks before the name are dropped. A name alone takes its value from elsewhere.
 */
export function readKeyValueLines(source: SourceText, { lookup, setUnknown }: Inheritance): EnvironmentDraft {
  const draft = new EnvironmentDraft()
  let start = 0
  for (const whole of source.text.split('\n')) {
    const line = whole.replace(/\r$/, '').replace(blanksAtStart, '')
    const position = source.position(start + whole.indexOf(line))
    start += whole.length + 1
    if (Buffer.byteLength(whole) + 1 > longestLine) {
      draft.report(
        position,
        'line-too-long',
        'the line is over 64 KiB, and docker refuses the file',
        'shorten the value',
      )
      continue
    }
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    const name = equals === -1 ? line : line.slice(0, equals)
    const value = equals === -1 ? lookup(name) : line.slice(equals + 1)
    if (!containerVariable.test(name))
      draft.report(position, 'variable-name', 'what stands here is no variable name', containerVariableHint)
    else if (value === null) setUnknown(draft, name, position)
    else if (value !== undefined) setOnce(draft, name, value, position)
  }
  return draft
}
