import { isAbsolute, join } from 'node:path'
import type { ActionDescription } from '../../model/runbook/step-kind.js'
import type { RunRequest } from './input.js'
import { commandLine, shellWord } from '../../kernel/shell-words.js'

/** A script of several lines stands below its command, each line after a bar. */
function commandLines({ argv, script, words }: RunRequest): readonly string[] {
  if (script === undefined || !script.trimEnd().includes('\n')) return [commandLine(argv)]
  return [`${commandLine(argv.slice(0, 4))} SCRIPT ${commandLine(['preflight', ...words.values])}, where SCRIPT is`, ...script.trimEnd().split('\n').map((line) => `| ${line}`)]
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
    files: script === undefined && program.includes('/') ? [isAbsolute(program) ? program : join(settings.cwd, program)] : [],
  }
}
