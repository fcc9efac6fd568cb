import { shellWord } from '../../base/text/shell-words.js'
import type { CommandBranch, CommandWords } from './command-words.js'

/** A script that bash sources. It needs nothing but bash: the package bash-completion may be missing. */
export function bashScript(commands: readonly CommandWords[], tree: readonly CommandBranch[]): string {
  const known = [...new Set([...commands, ...tree].map(({ name }) => name))].filter((name) => name !== '')
  const run = commands.find(({ name }) => name === 'run')
  return `# Completion of preflight for bash. Load it with: source <(preflight completion bash)
_preflight() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command='' words='' ids='' i
  if [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  if [[ $cur == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD - 1]}" cur=''; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${command:+$command }\${COMP_WORDS[i]}" in
      ${known.map(shellWord).join(' | ')}) command="\${command:+$command }\${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  COMPREPLY=()
  case "$command:$prev" in
${valueCases(commands)}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${commands
  .map(({ name, flags }) =>
    arm(
      name,
      'words',
      flags.map((flag) => `--${flag.name}`),
    ),
  )
  .join('\n')}
${run === undefined ? '' : arm('', 'words', [...run.flags.map((flag) => `--${flag.name}`), '--version'])}
    esac
  else
    ((i == COMP_CWORD)) && case "$command" in
${tree
  .map(({ name, next }) =>
    arm(
      name,
      'words',
      next.map(({ word }) => word),
    ),
  )
  .join('\n')}
    esac
    case "$command" in
${commands.flatMap(({ name, listedBy }) => (listedBy === undefined ? [] : [arm(name, 'ids', [listedBy])])).join('\n')}
    esac
    if [[ -n $ids ]]; then words="$(preflight $ids 2>/dev/null | sed -n 's/^  \\([a-z][a-z0-9/-]*\\).*/\\1/p')"; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _preflight preflight
`
}

function arm(name: string, variable: string, words: readonly string[]): string {
  return `      ${name === '' ? "''" : shellWord(name)}) ${variable}=${shellWord(words.join(' '))} ;;`
}

/** After a flag that takes a value: its words where they are fixed, else files. */
function valueCases(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, flags }) => {
    const valued = flags.filter(({ takesValue }) => takesValue)
    const fixed = valued.filter(({ values }) => values.length > 0)
    const patterns = (which: readonly { readonly name: string }[]): string =>
      which.flatMap((flag) => namesOf(name).map((each) => shellWord(`${each}:--${flag.name}`))).join(' | ')
    const free = valued.filter(({ values }) => values.length === 0)
    return [
      ...fixed.map(
        (flag) =>
          `    ${patterns([flag])}) COMPREPLY=($(compgen -W ${shellWord(flag.values.join(' '))} -- "$cur")); return ;;`,
      ),
      ...(free.length === 0 ? [] : [`    ${patterns(free)}) return ;;`]),
    ]
  })
  return lines.join('\n')
}

/** Without a command, the flags are those of \`run\`. */
function namesOf(name: string): readonly string[] {
  return name === 'run' ? ['run', ''] : [name]
}
