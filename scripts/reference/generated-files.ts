import { z } from 'zod'
import { resultDocumentSchema } from '../../src/model/report.js'
import { configurationSchema } from '../../src/load/configuration.js'
import { packFileJsonSchema } from '../../src/load/definition-schema.js'
import { probeRegistry } from '../../src/registry/probes.js'
import { checksPage } from './checks-page.js'
import { probesPage } from './probes-page.js'

/** Every file that is generated from the code and the packs, by its path: what `npm run generate` writes and a test compares. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const json = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`
  const probes = await Promise.all(probeRegistry.names().map((name) => probeRegistry.load(name)))
  return {
    'docs/reference/probes.md': await probesPage(),
    'docs/reference/checks.md': await checksPage(),
    'schemas/result-1.schema.json': json(z.toJSONSchema(resultDocumentSchema)),
    'schemas/checks.schema.json': json(packFileJsonSchema(probes)),
    'schemas/preflight.schema.json': json(z.toJSONSchema(configurationSchema, { io: 'input' })),
  }
}
