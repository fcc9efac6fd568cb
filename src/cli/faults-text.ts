import type { Fault } from './sandbox.js'
import type { TextStyle } from '../base/text/text-style.js'

/** The faults of the sandbox, under their groups, each with what must catch it. */
export function faultsText(faults: readonly Fault[], { chalk }: TextStyle): string {
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
export function faultsJson(faults: readonly Fault[]): string {
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
