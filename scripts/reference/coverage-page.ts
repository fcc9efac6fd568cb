import { countLine, writtenRunbooks } from '../coverage/count-rows.js'
import { readCoveredRows, systemOf, type CoveredRow } from '../coverage/rows.js'
import { generatedNotice, table } from './markdown.js'

const intro = `The written runbooks of the systems were taken apart into rows, each with an id: 000 is ArqonBus operations,
001 Aegis, 002 Caxton, 003 the production preflight, 004 EventMesh. This page says by which checks, runbooks and alerts
each row is carried out, and what shows it. It is generated from \`docs/coverage.yaml\`; \`npm test\` holds the proofs against the
tests that ran.`

const words = `A row is *proven* by a fault that turns its check red, by a test that names the row, or by a practice of its
runbook, in which every effect is replaced. It is *attested* where only a person can say that it was done, a *reference*
where there is nothing to do, and *open* where nothing carries it out yet.`

/** docs/coverage.md: what carries out each procedure of the written runbooks. */
export function coveragePage(): string {
  const rows = readCoveredRows()
  const sections = Object.entries(writtenRunbooks).flatMap(([system, title]) => {
    const own = Object.entries(rows).filter(([row]) => systemOf(row) === system)
    const shown = own.filter(([, { kind }]) => kind !== 'open')
    const open = own.filter(([, { kind }]) => kind === 'open').map(([row]) => row)
    return [
      `## ${title}`,
      `${countLine(system, rows)}.`,
      ...(shown.length === 0
        ? []
        : [table(['row', 'kind', 'carried out by', 'proof', 'other than the text'], shown.map(line))]),
      ...(open.length === 0 ? [] : [`Open: ${open.length === own.length ? 'all' : open.join(', ')}.`]),
    ]
  })
  return [generatedNotice, '# Coverage', intro, words, ...sections].join('\n\n') + '\n'
}

function line([row, { kind, ids, proof, departure }]: readonly [string, CoveredRow]): string[] {
  const proofs = proof.map((each) => (typeof each === 'string' ? each : `fault \`${each.fault}\``))
  return [row, kind, ids.map((id) => `\`${id}\``).join(', '), proofs.join(', '), departure ?? '']
}
