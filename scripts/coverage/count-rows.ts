import { systemOf, type CoveredRows } from './rows.js'

/** Titles of the written runbooks, by the number that their rows begin with. */
export const writtenRunbooks: Readonly<Record<string, string>> = {
  '000': 'ArqonBus operations',
  '001': 'Aegis operations',
  '002': 'Caxton operations',
  '003': 'Production preflight',
  '004': 'EventMesh operations',
}

/** Carried out by something that ships. */
const provenKinds: ReadonlySet<string> = new Set(['check', 'runbook', 'alert'])

/** How many rows of one written runbook are carried out, and how. */
export function countLine(system: string, rows: CoveredRows): string {
  const kinds = Object.entries(rows)
    .filter(([row]) => systemOf(row) === system)
    .map(([, { kind }]) => (provenKinds.has(kind) ? 'proven' : kind))
  const parts = ['proven', 'attested', 'reference', 'open']
    .map((kind) => [kinds.filter((each) => each === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`)
  return `${kinds.length} rows: ${parts.join(', ')}`
}
