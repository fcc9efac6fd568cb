import type { CommandBranch, CommandWords } from './command-words.js'

/** A script for zsh: sourced, or as \`_preflight\` in a folder of \`fpath\`. */
export function zshScript(commands: readonly CommandWords[], tree: readonly CommandBranch[]): string {
  const known = [...new Set([...commands, ...tree].map(({ name }) => name))].filter((name) => name !== '')
  return `#compdef preflight
# Completion of preflight for zsh. Load it with: source <(preflight completion zsh)
_preflight() {
  local command='' candidate ids=''
  local -a words_left
  integer i
  for (( i = 2; i < CURRENT; i++ )); do
    candidate="\${command:+$command }\${words[i]}"
    case "$candidate" in
      (${known.map(quoted).join('|')}) command="$candidate" ;;
      (*) break ;;
    esac
  done
  case "\${command:-run}:\${words[CURRENT-1]}" in
${valueCases(commands)}
  esac
  if [[ "$PREFIX" == -* ]]; then
    case "\${command:-run}" in
${commands
  .map(({ name, flags }) =>
    arm(
      name,
      flags.map((flag) => described(`--${flag.name}`, flag.summary)),
    ),
  )
  .join('\n')}
    esac
    _describe flag words_left
    return
  fi
  (( i == CURRENT )) && case "$command" in
${tree
  .map(({ name, next }) =>
    arm(
      name,
      next.map(({ word, summary }) => described(word, summary)),
    ),
  )
  .join('\n')}
  esac
  case "$command" in
${commands.flatMap(({ name, listedBy }) => (listedBy === undefined ? [] : [`      (${quoted(name)}) ids=${quoted(listedBy)} ;;`])).join('\n')}
  esac
  if [[ -n "$ids" ]]; then
    words_left=(\${(f)"$(preflight \${=ids} 2>/dev/null | sed -n 's/^  \\([a-z][a-z0-9/-]*\\).*/\\1/p')"})
    compadd -a words_left
    return
  fi
  if (( \${#words_left} )); then _describe command words_left; else _files; fi
}
if [[ "\${funcstack[1]}" == _preflight ]]; then _preflight "$@"; else compdef _preflight preflight; fi
`
}

function arm(name: string, words: readonly string[]): string {
  return `      (${quoted(name)}) words_left=(${words.map(quoted).join(' ')}) ;;`
}

function valueCases(commands: readonly CommandWords[]): string {
  return commands
    .flatMap(({ name, flags }) =>
      flags
        .filter(({ takesValue }) => takesValue)
        .map(({ name: flag, values }) => {
          const complete = values.length === 0 ? '_files' : `compadd -- ${values.map(quoted).join(' ')}`
          return `    (${quoted(`${name}:--${flag}`)}) ${complete}; return ;;`
        }),
    )
    .join('\n')
}

function described(word: string, summary: string): string {
  return `${word.replaceAll(':', '\\:')}:${summary}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
