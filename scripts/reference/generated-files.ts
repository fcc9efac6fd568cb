import { z } from 'zod'
import { alertChangeSchema, alertsDocumentSchema } from '../../src/alerts/alerts-document.js'
import { alertFileJsonSchema } from '../../src/alerts/load/alert-schema.js'
import { resultDocumentSchema } from '../../src/checks/result/report.js'
import { snapshotSchema } from '../../src/incidents/snapshot/snapshot.js'
import { configurationSchema } from '../../src/checks/load/configuration.js'
import { packFileJsonSchema } from '../../src/checks/load/definition-schema.js'
import { probeRegistry, collectorRegistry } from '../../src/engine/folder-registry.js'
import { builtinRunbooks } from '../../src/base/package.js'
import { loadRunbooks } from '../../src/runbooks/load/used-kinds.js'
import { verifyPolicySchema } from '../../src/attestation/verify-policy.js'
import { waiverFileSchema } from '../../src/checks/waivers/load-waivers.js'
import { runbookJsonSchema, sharedParametersJsonSchema } from '../../src/runbooks/load/json-schema.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { renderRunbook } from '../../src/runbooks/render/render-run.js'
import { checksPage } from './checks-page.js'
import { collectorsPage } from './collectors-page.js'
import { coveragePage } from './coverage-page.js'
import { probesPage } from './probes-page.js'
import { stepKindsPage } from './step-kinds-page.js'

/**
 * Every file that is generated from the code and the packs, by its path: what `npm run generate` writes and a test
 * compares.
 */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const json = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`
  const probes = await Promise.all(probeRegistry.names().map((name) => probeRegistry.load(name)))
  const kinds = await Promise.all(actionRegistry.names().map((name) => actionRegistry.load(name)))
  const collectors = await Promise.all(collectorRegistry.names().map((name) => collectorRegistry.load(name)))
  return {
    'docs/reference/probes.md': await probesPage(),
    'docs/reference/checks.md': await checksPage(),
    'docs/reference/collectors.md': collectorsPage(collectors),
    'docs/coverage.md': coveragePage(),
    'docs/reference/step-kinds.md': await stepKindsPage(),
    ...(await printedRunbooks()),
    'schemas/runbooks.schema.json': json(runbookJsonSchema(kinds, probes)),
    'schemas/parameters.schema.json': json(sharedParametersJsonSchema()),
    'schemas/result-1.schema.json': json(z.toJSONSchema(resultDocumentSchema)),
    'schemas/snapshot-1.schema.json': json(z.toJSONSchema(snapshotSchema)),
    'schemas/alerts.schema.json': json(alertFileJsonSchema()),
    'schemas/alerts-1.schema.json': json(z.toJSONSchema(alertsDocumentSchema)),
    'schemas/alert-change-1.schema.json': json(z.toJSONSchema(alertChangeSchema)),
    'schemas/checks.schema.json': json(packFileJsonSchema(probes, collectors)),
    'schemas/waivers.schema.json': json(z.toJSONSchema(waiverFileSchema, { io: 'input' })),
    'schemas/verify.schema.json': json(z.toJSONSchema(verifyPolicySchema, { io: 'input' })),
    'schemas/preflight.schema.json': json(z.toJSONSchema(configurationSchema, { io: 'input' })),
  }
}

/** The runbooks that ship, as an operator would print them. */
async function printedRunbooks(): Promise<Readonly<Record<string, string>>> {
  const { runbooks, diagnostics } = await loadRunbooks(
    [{ folder: builtinRunbooks, label: 'runbooks' }],
    actionRegistry,
    probeRegistry,
  )
  if (runbooks === undefined) throw new Error(`the runbooks do not compile: ${diagnostics[0]?.message ?? ''}`)
  return Object.fromEntries(
    [...runbooks.values()].map((runbook) => [`docs/runbooks/${runbook.id}.md`, renderRunbook(runbook, { runbooks })]),
  )
}
