import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/**
 * What shows that a row is carried out: a fault whose run caught it, a passed test that names the row in its title, or
 * a practice of each of its runbooks.
 */
const proofSchema = z.union([z.enum(['test', 'practice']), z.strictObject({ fault: z.string() })])

const rowSchema = z.strictObject({
  /** How the row is carried out, which need not be what the written text makes of it. */
  kind: z.enum(['check', 'runbook', 'alert', 'reference', 'attested', 'open']),
  /** The checks, runbooks and alerts that carry it out. */
  ids: z.array(z.string()).default([]),
  proof: z.array(proofSchema).default([]),
  /** Where the product does something other than the text. */
  departure: z.string().optional(),
})

const coverageSchema = z.strictObject({ rows: z.record(z.string(), rowSchema) })
const inventorySchema = z.strictObject({ sha256: z.string(), rows: z.array(z.string()) })

export type CoveredRow = z.infer<typeof rowSchema>
export type CoveredRows = Readonly<Record<string, CoveredRow>>

const root = join(import.meta.dirname, '../..')

/** The entries of docs/coverage.yaml, in the order of the file. */
export function readCoveredRows(): CoveredRows {
  return coverageSchema.parse(parse(readFileSync(join(root, 'docs/coverage.yaml'), 'utf8'))).rows
}

/** The row ids of the inventory of written procedures. */
export function readInventory(): readonly string[] {
  return inventorySchema.parse(JSON.parse(readFileSync(join(root, 'test/fixtures/procedures.json'), 'utf8'))).rows
}

/** The written runbook that a row is of. */
export function systemOf(row: string): string {
  return row.slice(0, 3)
}
