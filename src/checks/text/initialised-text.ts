import { resolve } from 'node:path'
import { commandLine } from '../../base/text/shell-words.js'
import { neutralise } from '../../base/text/terminal-text.js'
import type { Initialised } from '../initialise/initialise.js'

/** What was written, what is still to say, and what to type next. */
export function initialisedText({ written, secrets, missing, hasEnvironment }: Initialised, folder: string): string {
  const isElsewhere = resolve(folder) !== process.cwd()
  return [
    ...written.map((file) => `wrote ${neutralise(file)}`),
    '',
    ...secrets.map(
      (file) => `The value in ${neutralise(file)} is a secret: preflight.yaml only names the file. Do not commit it.`,
    ),
    ...(missing.length === 0 ? [] : [`Still to give under inputs: in preflight.yaml: ${missing.join(', ')}`]),
    ...(hasEnvironment
      ? []
      : ['Still to give in preflight.yaml: environment:, or --env-file FILE on the command line']),
    'Next:',
    ...(isElsewhere ? [`  ${neutralise(commandLine(['cd', folder]))}`] : []),
    '  preflight plan    shows what would be looked at, and contacts nothing',
    '  preflight run     judges it',
    '',
  ].join('\n')
}
