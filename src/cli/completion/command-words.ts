import type { Command } from '@oclif/core'

/** What a shell completes of a command. */
export interface CommandWords {
  /** As it is typed: `runbook plan`. */
  readonly name: string
  readonly summary: string
  readonly flags: readonly FlagWords[]
  /** What lists the words that may follow: each line of its output that begins with two blanks begins with one. */
  readonly listedBy: string | undefined
}

export interface FlagWords {
  readonly name: string
  readonly summary: string
  readonly takesValue: boolean
  /** The values that it takes, where they are fixed. */
  readonly values: readonly string[]
}

/** A command, or what several begin with, and what may follow. */
export interface CommandBranch {
  /** Empty for the program itself. */
  readonly name: string
  readonly next: readonly { readonly word: string; readonly summary: string }[]
}

const idsOf = /^(?:run|plan|list|explain)$/
const runbookIdsOf = /^runbook (?:plan|practice|render|run|show)$/

function listing(name: string): string | undefined {
  if (idsOf.test(name)) return 'list'
  if (runbookIdsOf.test(name)) return 'runbook list'
  return name === 'probe' ? 'probe' : undefined
}

/** @param commands those of oclif's manifest */
export function commandWords(commands: readonly Command.Loadable[]): readonly CommandWords[] {
  return commands
    .filter(({ hidden }) => !hidden)
    .map(({ id, summary, description, flags }) => {
      const name = id.replaceAll(':', ' ')
      const own = Object.values(flags)
        .filter(({ hidden }) => hidden !== true)
        .flatMap((flag): FlagWords[] => {
          const words = { summary: oneLine(flag.summary ?? flag.description) }
          if (flag.type === 'option')
            return [{ ...words, name: flag.name, takesValue: true, values: flag.options ?? [] }]
          const names = flag.allowNo ? [flag.name, `no-${flag.name}`] : [flag.name]
          return names.map((each) => ({ ...words, name: each, takesValue: false, values: [] }))
        })
      const help = { name: 'help', summary: 'show what the command does', takesValue: false, values: [] }
      return { name, summary: oneLine(summary ?? description), flags: [...own, help], listedBy: listing(name) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What may follow the program, and each first word of several commands. */
export function branches(
  commands: readonly CommandWords[],
  topics: Readonly<Record<string, string>>,
): readonly CommandBranch[] {
  const prefixes = ['', ...new Set(commands.map(({ name }) => name.split(' ').slice(0, -1).join(' ')))]
  return [...new Set(prefixes)].map((name) => {
    const below = commands.filter((command) => name === '' || command.name.startsWith(`${name} `))
    const words = [
      ...new Set(below.map((command) => command.name.slice(name === '' ? 0 : name.length + 1).split(' ')[0]!)),
    ]
    const next = words.map((word) => {
      const full = name === '' ? word : `${name} ${word}`
      return { word, summary: commands.find((command) => command.name === full)?.summary ?? topics[full] ?? '' }
    })
    return { name, next }
  })
}

function oneLine(text: string | undefined): string {
  return (text ?? '')
    .replace(/<%.*?%>/g, 'preflight')
    .replace(/\s+/g, ' ')
    .trim()
}
