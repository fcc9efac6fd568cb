import { shellWord } from '../base/text/shell-words.js'
import type { FaultDescription, RunningSandbox } from './sandbox.js'
import type { TextStyle } from '../base/text/terminal-text.js'

/** How to work with a sandbox that is up: ready to paste into another terminal. */
export function sandboxText(
  { environmentFile, configurationFile, inputs, selectors }: RunningSandbox,
  { chalk }: TextStyle,
): string {
  const flags = Object.entries(inputs).map(([name, value]) => `  --input ${shellWord(`${name}=${value}`)}`)
  const run = ['preflight run', ...selectors].join(' ')
  return [
    chalk.bold('The sandbox is up.'),
    '',
    'In another terminal:',
    '',
    `  ${run} --env-file ${shellWord(environmentFile)} --config ${shellWord(configurationFile)}`,
    '',
    'or with every input on the command line:',
    '',
    `  ${run} --env-file ${shellWord(environmentFile)} \\`,
    flags.map((flag) => `  ${flag}`).join(' \\\n'),
    '',
    `To export its environment into a shell: set -a; . ${shellWord(environmentFile)}; set +a`,
    'Ctrl-C ends it and removes everything.',
    '',
  ].join('\n')
}

/** The faults of the sandbox, under their groups, each with what must catch it. */
export function faultsText(faults: readonly FaultDescription[], { chalk }: TextStyle): string {
  const width = Math.max(...faults.map((fault) => fault.name.length))
  const groups = [...new Set(faults.map((fault) => fault.group))]
  const lines = groups.flatMap((group) => [
    chalk.bold(group),
    ...faults
      .filter((fault) => fault.group === group)
      .flatMap((fault) => [
        `  ${fault.name.padEnd(width)}  ${fault.title}`,
        chalk.dim(
          `  ${''.padEnd(width)}  → ${fault.caughtBy}: ${fault.status}, ${fault.class}, exit ${fault.exitCode}`,
        ),
      ]),
  ])
  return `${lines.join('\n')}\n\n${faults.length} faults; try one with: preflight sandbox run --fault NAME\n`
}

/** The same for programs. */
export function faultsJson(faults: readonly FaultDescription[]): string {
  const rows = faults.map(({ name, group, title, caughtBy, status, class: failureClass, exitCode, alsoRed }) => ({
    name,
    group,
    title,
    caughtBy,
    status,
    class: failureClass,
    exitCode,
    alsoRed,
  }))
  return `${JSON.stringify(rows, null, 2)}\n`
}
