import { resolve } from 'node:path'
import type { ActionDescription } from '../../definition/step-kind.js'
import { searchPathOf } from './program-variables.js'
import { bareRequest, type RunRequest } from './run-input.js'
import { commandLine, shellWord } from '../../../base/text/shell-words.js'

/** A script of several lines stands below its command, each line after a bar. */
function commandLines({ argv, script, words }: RunRequest): readonly string[] {
  if (script === undefined || !script.trimEnd().includes('\n')) return [commandLine(argv)]
  return [
    `${commandLine(argv.slice(0, 4))} SCRIPT ${commandLine(['preflight', ...words.values])}, where SCRIPT is`,
    ...script
      .trimEnd()
      .split('\n')
      .map((line) => `| ${line}`),
  ]
}

/** What a plan says of a command: itself, and what it gets that is not on its command line. */
export function describeRun(request: RunRequest): ActionDescription {
  const { argv, script, settings } = request
  const [program = ''] = argv
  const given = Object.keys(settings.environment)
  return {
    lines: [
      ...commandLines(request),
      ...(settings.cwd === '' ? [] : [`in ${shellWord(settings.cwd)}`]),
      ...(given.length === 0 ? [] : [`with ${given.join(', ')} set`]),
      ...(settings.inherit.length === 0 ? [] : [`with ${settings.inherit.join(', ')} passed on`]),
      ...(settings.clean ? ['without PATH, HOME, LANG, TMPDIR'] : []),
      ...(settings.input === undefined ? [] : [`reading ${shellWord(settings.input)}`]),
      ...(settings['leaves-running'] ? ['what it starts goes on when it has ended well'] : []),
    ],
    addresses: [],
    files: [],
    programs: [{ name: program, cwd: resolve(settings.cwd), searchPath: searchPathOf(settings) }],
    ...(script === undefined ? {} : { notCovered: [shellTextCalls] }),
  }
}

const shellTextCalls = 'what its shell text calls, besides bash'

/** The program of a command in which only its other words, or none, are filled by expressions. */
export function writtenPrograms(written: unknown): Pick<ActionDescription, 'programs' | 'notCovered'> {
  const given =
    typeof written === 'object' && written !== null && !Array.isArray(written)
      ? (written as Readonly<Record<string, unknown>>)
      : { argv: written }
  const isScript = 'shell' in given
  const program = isScript
    ? 'bash'
    : Array.isArray(given['argv'])
      ? (given['argv'] as readonly unknown[])[0]
      : undefined
  // A folder or a PATH of its own may be what is not known yet.
  const isPlain =
    typeof program === 'string' &&
    !program.includes('${{') &&
    !['cwd', 'environment', 'clean'].some((key) => key in given)
  return {
    programs: isPlain ? [{ name: program, cwd: resolve(''), searchPath: searchPathOf(bareRequest.settings) }] : [],
    notCovered: [
      ...(isPlain ? [] : ['the program it runs, which is not known before the run']),
      ...(isScript ? [shellTextCalls] : []),
    ],
  }
}
