import type { CommandBranch, CommandWords } from './command-words.js'

/** A script that fish sources, or finds as \`completions/preflight.fish\`. */
export function fishScript(commands: readonly CommandWords[], tree: readonly CommandBranch[]): string {
  const known = [...new Set([...commands, ...tree].map(({ name }) => name))].filter((name) => name !== '')
  return [
    '# Completion of preflight for fish. Load it with: preflight completion fish | source',
    'function __preflight_command',
    "  set -l command ''",
    '  for word in (commandline -opc)[2..-1]',
    '    set -l candidate (string trim -- "$command $word")',
    `    if not contains -- "$candidate" ${known.map(quoted).join(' ')}`,
    // Behind a word that is no command nothing is known; behind a flag the command is `run`.
    '      if test -z "$command"; and not string match --quiet -- \'-*\' $word',
    '        set command unknown',
    '      end',
    '      break',
    '    end',
    '    set command $candidate',
    '  end',
    '  echo -- "$command"',
    'end',
    'function __preflight_at',
    '  set -l command (__preflight_command)',
    '  test "$command" = "$argv[1]"',
    'end',
    'function __preflight_ids',
    "  preflight $argv 2>/dev/null | string match --regex --groups-only '^  ([a-z][a-z0-9/-]*)'",
    'end',
    ...tree.flatMap(({ name, next }) =>
      next.map(({ word, summary }) => `${at(name)} -f -a ${quoted(word)} -d ${quoted(summary)}`),
    ),
    ...commands.flatMap(({ name, flags, listedBy }) => [
      ...(listedBy === undefined ? [] : [`${at(name)} -f -a ${quoted(`(__preflight_ids ${listedBy})`)}`]),
      ...flags.flatMap((flag) =>
        (name === 'run' ? ['run', ''] : [name]).map((each) => {
          const values =
            flag.values.length > 0 ? ` -x -a ${quoted(flag.values.join(' '))}` : flag.takesValue ? ' -r' : ''
          return `${at(each)} -l ${flag.name}${values} -d ${quoted(flag.summary)}`
        }),
      ),
    ]),
    '',
  ].join('\n')
}

function at(name: string): string {
  return `complete -c preflight -n ${quoted(`__preflight_at ${quoted(name)}`)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
