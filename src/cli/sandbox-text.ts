import { shellWord } from '../base/text/shell-words.js'
import type { RunningSandbox } from './sandbox.js'
import type { TextStyle } from '../base/text/text-style.js'

/** How to work with a sandbox that is up: ready to paste into another terminal. */
export function sandboxText(
  { environmentFile, configurationFile, inputs }: RunningSandbox,
  { chalk }: TextStyle,
): string {
  const flags = Object.entries(inputs).map(([name, value]) => `  --input ${shellWord(`${name}=${value}`)}`)
  return [
    chalk.bold('The sandbox is up.'),
    '',
    'In another terminal:',
    '',
    `  preflight run --env-file ${shellWord(environmentFile)} --config ${shellWord(configurationFile)}`,
    '',
    'or with every input on the command line:',
    '',
    `  preflight run --env-file ${shellWord(environmentFile)} \\`,
    flags.map((flag) => `  ${flag}`).join(' \\\n'),
    '',
    `To export its environment into a shell: set -a; . ${shellWord(environmentFile)}; set +a`,
    'Ctrl-C ends it and removes everything.',
    '',
  ].join('\n')
}
