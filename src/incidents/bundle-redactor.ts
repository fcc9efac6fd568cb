import { z } from 'zod'
import { createRedactor, type Redactor } from '../redaction/redact.js'
import { resultDocumentSchema, type ResultDocument } from '../checks/result/report.js'
import { buildIncident } from './build-incident.js'
import { incidentSchema } from './incident.js'
import { bundleManifestSchema } from './bundle/manifest.js'
import { snapshotSchema } from './snapshot/snapshot.js'
import { reporterRegistry } from '../checks/result/reporter-registry.js'
import { incidentSummary } from './incident-summary.js'
import { invalidDocument } from '../checks/result/result.js'
import type { Ground } from '../checks/ground.js'
import { knownSecrets, publicText } from '../checks/secrets.js'

/**
 * The redactor of a bundle: it knows what the run's knows, and which words a bundle has anyway. A variable that no pack
 * declares and that holds
 * one of those (`KIND=deployment`, `GIT_SHA=` the commit) would otherwise be found in every bundle there is.
 */
export async function bundleRedactor(
  { definitions, environment, given }: Ground,
  document: ResultDocument,
): Promise<Redactor> {
  const secrets = knownSecrets(definitions, environment, given)
  const { host, deployment, git } = document.run
  const words = [
    host,
    ...(deployment === null ? [] : [deployment]),
    ...(git !== null && /^[0-9a-f]{40,64}$/.test(git.commit) ? [git.commit] : []),
  ]
  const packs = definitions.packs.flatMap((pack) => [
    ...pack.checks.flatMap(({ title, why, fix, source, expect }) => [
      title,
      why,
      fix,
      source,
      ...expect.map(({ that }) => that.source),
    ]),
    ...pack.evidence.map(({ title }) => title),
  ])
  return createRedactor(secrets, {
    publicText: [...publicText(definitions, environment, secrets), ...words, ...packs, ...(await ownWords())],
  })
}

/** What stands in every bundle: keys and words of its documents, and the fixed text of its two pages. */
async function ownWords(): Promise<readonly string[]> {
  const schemas = [resultDocumentSchema, incidentSchema, snapshotSchema, bundleManifestSchema].map((schema) =>
    JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' })),
  )
  const nothing = invalidDocument(
    {
      toolVersion: '',
      runId: '',
      startedAt: '2026-01-01T00:00:00.000Z',
      deployment: null,
      host: '',
      definitionsDigest: '',
      git: null,
    },
    'prod',
    [],
  )
  const incident = buildIncident({
    id: '',
    toolVersion: '',
    capturedAt: '',
    source: 'run',
    document: nothing,
    lastGood: undefined,
    evidence: [],
    notes: [''],
    options: [],
  })
  const page = await reporterRegistry.load('html')
  return [...schemas, page.render(nothing, { colour: false, width: 100 }), incidentSummary(incident, nothing)]
}
