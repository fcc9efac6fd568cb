/** A file that a run is asked to write, and what it is to hold. */
export interface NamedOutput {
  readonly format: string
  readonly file: string
}

/** Flags that name a file, with what it holds; `--report` says that itself. */
const outputFlags: Readonly<Record<string, string>> = { '--output': 'json', '--attestation': 'attestation' }

/** Commands that have these flags. */
const judging: ReadonlySet<string> = new Set(['run', 'exec'])

/** Flags with which nothing is run. */
const topLevelFlags: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-v'])

/**
 * The files that a command line of `run` or `exec` names for its outputs, before anything else is known of it.
 * Arguments after `--` are not flags.
 *
 * @param words the arguments of the program
 */
export function namedOutputs(words: readonly string[]): readonly NamedOutput[] {
  const [first = 'run'] = words
  const flags = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined)
  const isRun = judging.has(first) || (first.startsWith('-') && !topLevelFlags.has(first))
  if (!isRun || flags.includes('--help') || flags.includes('-h')) return []
  return flags.flatMap((word, index) => {
    const [flag = '', ...rest] = word.split('=')
    const value = rest.length > 0 ? rest.join('=') : flags[index + 1]
    if (value === undefined || value === '') return []
    if (flag === '--report') return reported(value)
    return Object.hasOwn(outputFlags, flag) ? [{ format: outputFlags[flag]!, file: value }] : []
  })
}

/** `FORMAT=FILE` of `--report`. */
function reported(value: string): readonly NamedOutput[] {
  const at = value.indexOf('=')
  return at < 1 || at === value.length - 1 ? [] : [{ format: value.slice(0, at), file: value.slice(at + 1) }]
}
