/** A command of a page, with the output that the page shows below it. */
interface ShownCommand {
  readonly command: string
  readonly output: readonly string[]
}

type PageBlock =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'commands'; readonly commands: readonly ShownCommand[] }

/**
 * What a page has its reader do, in its order. A fenced block of `console` holds commands (`$ …`) with their output. A
 * block of another language whose first line is a comment with nothing but a path is a file; all others are not for the
 * reader to do.
 */
export function blocksOf(markdown: string): readonly PageBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, language, text = '']): PageBlock[] => {
    if (language === 'console') return [{ kind: 'commands', commands: commandsOf(text) }]
    const path = /^# ([\w.-]+(?:\/[\w.-]+)*)\n/.exec(text)?.[1]
    return path === undefined || !path.includes('.') ? [] : [{ kind: 'file', path, content: text }]
  })
}

function commandsOf(text: string): readonly ShownCommand[] {
  const commands: { command: string; output: string[] }[] = []
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] })
    else if (commands.length > 0) commands.at(-1)!.output.push(line)
    else throw new Error(`output before any command: ${line}`)
  }
  return commands
}

/**
 * Whether an output is what a page shows. A line `…` stands for any number of lines, `…` within a line for any text;
 * blanks at the ends of lines do not count. Everything else must be equal.
 */
export function isShown(output: string, shown: readonly string[]): boolean {
  const lines = shown.map((line) => (line === '…' ? '(?:.*\n)*?' : `${patternOf(line.trimEnd())}\n`))
  const text = output
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
  return new RegExp(`^${lines.join('')}$`).test(text === '' ? '' : `${text}\n`)
}

function patternOf(line: string): string {
  return line.split('…').map(escapePattern).join('.*?')
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
