import { counted } from '../../base/text/wording.js'
import { safeJson } from '../../base/text/bounded-json.js'
import { lineText, timeText, type TextStyle } from '../../base/text/terminal-text.js'
import type { KeptBundle } from '../kept-bundles.js'

/** Kept bundles, two lines each, the latest first. */
export function incidentListText(bundles: readonly KeptBundle[], { chalk }: TextStyle): string {
  if (bundles.length === 0) return 'No incidents are kept. `preflight incident capture` makes one after a no-go.\n'
  const lines = bundles.flatMap(({ name, archive, incident, problem }) => [
    `${chalk.bold(name)}  ${incident === undefined ? chalk.red('cannot be read') : headOf(incident)}`,
    chalk.dim(`    ${lineText(problem === '' ? archive : problem)}`),
  ])
  return `${lines.join('\n')}\n\n${counted(bundles.length, 'incident')}; the latest in full: preflight incident show last\n`
}

function headOf({ capturedAt, run, classification }: NonNullable<KeptBundle['incident']>): string {
  const place = `${lineText(run.deployment ?? run.host)}, profile ${lineText(run.profile)}`
  return `${timeText(capturedAt)}  severity ${classification.severity}  ${place}`
}

/** The same for programs. */
export function incidentListJson(bundles: readonly KeptBundle[]): string {
  return safeJson({
    incidents: bundles.map(({ name, archive, incident, problem }) =>
      incident === undefined
        ? { name, archive, problem }
        : {
            name,
            archive,
            capturedAt: incident.capturedAt,
            run: incident.run,
            classification: incident.classification,
          },
    ),
  })
}
