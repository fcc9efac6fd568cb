import { commandLine } from '../base/text/shell-words.js'
import type { WrittenDefinition } from '../checks/new-check/new-check.js'

/** What was written, and what to type next. @param use the command that uses it */
export function writtenDefinitionText(
  { file, isAdded, folderToName }: WrittenDefinition,
  { what, config }: { readonly what: 'checks' | 'runbooks'; readonly config?: string | undefined },
  use: readonly string[],
): string {
  const flags = [
    ...(folderToName === undefined ? [] : [`--${what}`, folderToName]),
    ...(config === undefined ? [] : ['--config', config]),
  ]
  const commands = [['validate'], use].map((command) => commandLine(['preflight', ...command, ...flags]))
  return [
    `${isAdded ? 'added to' : 'wrote'} ${file}`,
    'Next: edit it, then',
    ...commands.map((each) => `  ${each}`),
    '',
  ].join('\n')
}
