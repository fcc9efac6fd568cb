import { randomBytes } from 'node:crypto'
import { messageOf } from '../base/errors.js'
import { formatLimit } from '../base/time/duration.js'
import { neutralise } from '../base/text/terminal-text.js'
import type { Redactor } from '../redaction/redact.js'
import { safeJson } from '../base/text/bounded-json.js'
import { writeBundle } from './bundle/write-bundle.js'
import { buildIncident, checkEvidenceFile } from './build-incident.js'
import { classify, rootCauseIds } from './classification.js'
import type { EvidenceRecord, Incident } from './incident.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import { serialiseResult } from '../checks/result/serialise-result.js'
import type { Snapshot } from './snapshot/snapshot.js'
import { reporterRegistry } from '../checks/result/reporter.js'
import { incidentSummary } from './incident-summary.js'
import { bundleRedactor, redactedDocument, redactedValue } from './bundle-redactor.js'
import { collectEvidence, type CollectedEvidence } from './evidence/collect-evidence.js'
import { sparedPeers } from '../checks/peers.js'
import { sparingPeers } from '../engine/peers/peer-gate.js'
import { stateFolder } from '../base/files/state-folder.js'
import { scopesOf, type Ground, repositoryInput } from '../checks/ground.js'
import { toolVersion } from '../base/package.js'
import { type SnapshotKey, newSnapshotMeta } from './snapshot/snapshot-key.js'
import { takeSnapshot } from './snapshot/snapshot-deployment.js'

interface CaptureRequest {
  readonly ground: Ground
  /** In which something is red or warns. */
  readonly document: ResultDocument
  readonly source: Incident['source']
  readonly lastGood: ResultDocument | undefined
  /** The state folder that was named, whose processes share the budgets of peers. */
  readonly state: string | undefined
  /** The folder in which the bundle is made. */
  readonly parent: string
  /** Milliseconds for all collectors together. */
  readonly budget: number
  readonly key: SnapshotKey
  /** Options that a check needs to be judged again, besides its id. */
  readonly options: readonly string[]
  readonly signal: AbortSignal
  /** Called with what is being done, a line at a time. */
  onProgress(text: string): void
}

export interface CapturedIncident {
  readonly incident: Incident
  readonly folder: string
  readonly archive: string
  readonly archiveSha256: string
}

interface BundleFile {
  readonly path: string
  readonly content: string
}

/** Whether there is anything to capture: something red, a warning, or definitions that could not be read. */
export function isIncident(document: ResultDocument): boolean {
  return classify(document) !== undefined
}

/**
 * Gathers what an engineer needs and writes it as a bundle: redacted, searched for secrets once more when it is
 * finished, whole or not at all.
 *
 * @throws OutputError when the bundle cannot be written; PreflightError when a secret is still found in it, and then
 *   nothing is left
 */
export async function captureIncident(request: CaptureRequest): Promise<CapturedIncident> {
  const { ground, source, onProgress, signal } = request
  const redactor = await bundleRedactor(ground, request.document)
  const document = redactedDocument(request.document, redactor)
  const lastGood = request.lastGood === undefined ? undefined : redactedDocument(request.lastGood, redactor)
  onProgress(`gathering evidence for at most ${formatLimit(request.budget)}`)
  const scopes = scopesOf(ground, document.run.profile)
  const { budgets } = sparedPeers(ground.definitions.packs, scopes)
  const warn = (text: string): void => onProgress(redactor.text(text))
  const collected = await sparingPeers({ budgets, state: stateFolder(request.state), warn }, () =>
    collectEvidence({
      ground,
      scopes,
      systems: systemsOf(document),
      budget: request.budget,
      signal,
      onProgress,
    }),
  )
  signal.throwIfAborted()
  onProgress('redacting and writing the bundle')
  const evidence = collected.map((one) => redactedEvidence(one, redactor))
  const checks = rootCauseIds(document).map((check) => checkFile(check))
  const capturedAt = new Date()
  const id = incidentId(capturedAt, document)
  const incident = buildIncident({
    id,
    toolVersion,
    capturedAt: capturedAt.toISOString(),
    source,
    document,
    lastGood,
    evidence: evidence.map(({ record }) => record),
    notes: notesOf(redactor),
    options: request.options.map((option) => redactor.text(option)),
  })
  const html = await reporterRegistry.load('html')
  const files: readonly BundleFile[] = [
    { path: 'incident.json', content: safeJson(incident) },
    { path: 'summary.md', content: incidentSummary(incident, document) },
    { path: 'result.json', content: serialiseResult(document) },
    { path: 'report.html', content: html.render(document, { colour: false, width: 100 }) },
    { path: 'snapshot.json', content: safeJson(await snapshotOf(request, document)) },
    ...checks,
    ...evidence.flatMap(({ file }) => (file === undefined ? [] : [file])),
  ]
  const written = await writeBundle({
    parent: request.parent,
    name: id,
    files,
    manifest: { tool: { name: 'preflight', version: toolVersion }, incident: id, createdAt: capturedAt.toISOString() },
    gate: (text) => redactor.finds(text).map(({ name }) => name),
    signal,
  })
  for (const { path, became, because } of written.leftovers)
    onProgress(`left by a capture that was killed: ${path} was ${became} (${because})`)
  return { incident, folder: written.folder, archive: written.archive, archiveSha256: written.archiveSha256 }
}

/** The systems whose checks are in a result. */
function systemsOf({ checks }: ResultDocument): ReadonlySet<string> {
  return new Set(checks.map(({ id }) => id.slice(0, id.indexOf('/'))))
}

/** The environment that was judged, and the servers that the run saw. */
async function snapshotOf({ ground, key }: CaptureRequest, result: ResultDocument): Promise<Snapshot> {
  const meta = await newSnapshotMeta({
    deployment: result.run.deployment,
    profile: result.run.profile,
    repository: repositoryInput(ground) ?? '.',
  })
  return takeSnapshot({ ...ground, key, meta, result })
}

/** `incident-20261121T042400Z-bus-eu-1-3f9a1c`: sorts by time, says where, and is unique. */
function incidentId(at: Date, { run }: ResultDocument): string {
  const time = at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  const where = (run.deployment ?? run.host)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return ['incident', time, ...(where === '' ? [] : [where]), randomBytes(3).toString('hex')].join('-')
}

function checkFile(check: CheckResult): BundleFile {
  const { id, title, status, message, facts, failedExpectations, attempts, startedAt, durationMs } = check
  return {
    path: checkEvidenceFile(id),
    content: safeJson({ id, title, status, message, facts, failedExpectations, attempts, startedAt, durationMs }),
  }
}

interface RedactedEvidence {
  readonly record: EvidenceRecord
  readonly file: BundleFile | undefined
}

/** What cannot be redacted is left out and named; one piece never costs the others. */
function redactedEvidence(one: CollectedEvidence, redactor: Redactor): RedactedEvidence {
  const { name, kind, durationMs, state, gathered } = one
  const base = { name, kind, title: redactor.text(one.title), durationMs: Math.round(durationMs) }
  const message = redactor.text(one.message)
  if (gathered === undefined) return { record: { ...base, state, message, file: null }, file: undefined }
  const leftOut = (why: string): RedactedEvidence => ({
    record: { ...base, state: 'failed', message: why, file: null },
    file: undefined,
  })
  try {
    const isText = gathered.form === 'text'
    const content = isText
      ? neutralise(redactor.text(gathered.text), { keepNewlines: true })
      : safeJson(redactedValue(gathered.value, redactor))
    const found = redactor.finds(content)
    if (found.length > 0)
      return leftOut(`left out: ${found.map((each) => each.name).join(', ')} would have been visible in it`)
    const file = { path: `evidence/${name}.${isText ? 'txt' : 'json'}`, content }
    const omitted = isText && gathered.omitted !== '' ? redactor.text(gathered.omitted) : ''
    return {
      record: { ...base, state, message: [message, omitted].filter((text) => text !== '').join('; '), file: file.path },
      file,
    }
  } catch (error) {
    return leftOut(`left out: it could not be redacted (${redactor.text(messageOf(error))})`)
  }
}

function notesOf({ unmaskable }: Redactor): readonly string[] {
  return unmaskable.length === 0
    ? []
    : [`Too short or too common to be masked everywhere: the value of ${unmaskable.join(', ')}.`]
}
