import { z } from 'zod'
import { resultDocumentSchema } from '../../src/model/report.js'
import { definitionSchemas } from './definition-schemas.js'
import { checksPage } from './checks-page.js'
import { probesPage } from './probes-page.js'

/** Every file that is generated from the code and the packs, by its path: what `npm run generate` writes and a test compares. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const json = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`
  const schemas = await definitionSchemas()
  return {
    'docs/reference/probes.md': await probesPage(),
    'docs/reference/checks.md': await checksPage(),
    'schemas/result-1.schema.json': json(z.toJSONSchema(resultDocumentSchema)),
    'schemas/checks.schema.json': json(schemas.checks),
    'schemas/preflight.schema.json': json(schemas.deployment),
  }
}
