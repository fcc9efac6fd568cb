import { z } from 'zod'
import { createRedactor, type Redactor } from '../redaction/redact.js'
import { resultDocumentSchema, type ResultDocument, type CheckResult } from '../checks/result/report.js'
import { buildIncident } from './build-incident.js'
import { incidentSchema } from './incident.js'
import { bundleManifestSchema } from './bundle/manifest.js'
import { snapshotSchema } from './snapshot/snapshot.js'
import { reporterRegistry } from '../checks/result/reporter.js'
import { incidentSummary } from './incident-summary.js'
import { invalidDocument } from '../checks/result/result.js'
import type { Ground } from '../checks/ground.js'
import { knownSecrets, publicText } from '../checks/secrets.js'

/**
 * The redactor of a bundle: it knows what the run's knows, and which words a bundle has anyway. A variable that no pack
 * declares and that holds one of those (`KIND=deployment`, `GIT_SHA=` the commit) would otherwise be found in every
 * bundle there is.
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
    ...pack.checks.flatMap(({ title, why, fix, source, expect, warn }) => [
      title,
      why,
      fix,
      source,
      ...[...expect, ...warn].map(({ that }) => that.source),
    ]),
    ...pack.evidence.map(({ title }) => title),
  ])
  return createRedactor(secrets, {
    publicText: [...publicText(definitions, environment, secrets), ...words, ...packs, ...(await ownWords())],
  })
}

/** What is in every bundle: keys and words of its documents, and the fixed text of its two pages. */
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

/**
 * Ids and selectors: small letters, digits and single hyphens between slashes. Anything else that is in their place
 * is text.
 */
const idPattern = /^[a-z0-9]+(?:[-/][a-z0-9]+)*$/

/**
 * A result with every text redacted by what is known now: a secret may have become known since it was written. Words of
 * the product, numbers, times and ids stay, so that it remains a result; keys of facts that show something are named by
 * a number.
 */
export function redactedDocument(document: ResultDocument, redactor: Redactor): ResultDocument {
  const text = (outside: string): string => redactor.text(outside)
  const id = (outside: string): string => (idPattern.test(outside) ? outside : text(outside))
  const { run, checks, notices, diagnostics } = document
  const { selection } = run
  return {
    ...document,
    run: {
      ...run,
      host: text(run.host),
      deployment: run.deployment === null ? null : text(run.deployment),
      ...(run.deploymentFile === undefined ? {} : { deploymentFile: text(run.deploymentFile) }),
      git: run.git === null ? null : { ...run.git, commit: text(run.git.commit) },
      selection: {
        ...selection,
        selectors: selection.selectors.map(id),
        skipped: selection.skipped.map(id),
        deselectedIds: selection.deselectedIds.map(id),
        ...(selection.gatesLeftOut === undefined
          ? {}
          : {
              gatesLeftOut: { by: text(selection.gatesLeftOut.by), ids: selection.gatesLeftOut.ids.map(id) },
            }),
      },
    },
    checks: checks.map((check) => redactedCheck(check, redactor, text, id)),
    ...(notices === undefined ? {} : { notices: notices.map(text) }),
    ...(diagnostics === undefined
      ? {}
      : {
          diagnostics: diagnostics.map((one) => ({
            ...one,
            file: text(one.file),
            message: text(one.message),
            ...(one.hint === undefined ? {} : { hint: text(one.hint) }),
          })),
        }),
  }
}

function redactedCheck(
  check: CheckResult,
  redactor: Redactor,
  text: (outside: string) => string,
  id: (outside: string) => string,
): CheckResult {
  const { needs, blockedBy, waiver, definition, pointsTo, subject, failedExpectations } = check
  return {
    ...check,
    id: id(check.id),
    title: text(check.title),
    message: text(check.message),
    why: text(check.why),
    fix: text(check.fix),
    source: text(check.source),
    facts: redactedValue(check.facts, redactor) as CheckResult['facts'],
    failedExpectations: failedExpectations.map(({ that, message, values }) => ({
      that: text(that),
      message: text(message),
      values: redactedValue(values, redactor) as CheckResult['facts'],
    })),
    blockedBy: blockedBy === null ? null : id(blockedBy),
    waiver:
      waiver === null
        ? null
        : { ...waiver, reason: text(waiver.reason), owner: text(waiver.owner), ticket: text(waiver.ticket) },
    ...(needs === undefined ? {} : { needs: needs.map(id) }),
    ...(definition === undefined ? {} : { definition: { ...definition, file: text(definition.file) } }),
    ...(pointsTo ? { pointsTo: { ...pointsTo, file: text(pointsTo.file) } } : {}),
    ...(subject === undefined
      ? {}
      : { subject: { ...subject, file: text(subject.file), variable: text(subject.variable) } }),
  }
}

/** A JSON value from outside, redacted, its keys as well: a session may be stored under its token. */
export function redactedValue(value: unknown, redactor: Redactor): unknown {
  return withSafeKeys(redactor.value(value), redactor)
}

function withSafeKeys(value: unknown, redactor: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withSafeKeys(item, redactor))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]: [string, unknown], index) => {
    const safe = redactor.text(key)
    return [safe === key ? key : `${safe} ${index + 1}`, withSafeKeys(item, redactor)] as const
  })
  return Object.fromEntries(entries)
}
