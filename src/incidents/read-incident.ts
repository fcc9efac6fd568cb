import { parseBoundedJson } from '../base/text/bounded-json.js'
import { PreflightError, UsageError, exitCodes } from '../base/errors.js'
import { suggestionHint } from '../base/text/wording.js'
import { incidentSchema, type Incident } from './incident.js'
import { resultDocumentSchema, type ResultDocument } from '../checks/result/report.js'
import { snapshotSchema, type Snapshot } from './snapshot/snapshot.js'
import type { Bundle } from './bundle/manifest.js'
import { readBundle, verifyBundle } from './bundle/read-bundle.js'
import { placePath } from '../base/text/place-path.js'

/**
 * The documents of a bundle, each of its schema. Texts in them come from outside: neutralise them before a terminal
 * sees them.
 */
export interface ReadIncident {
  readonly bundle: Bundle
  readonly incident: Incident
  readonly result: ResultDocument
  readonly snapshot: Snapshot
  /** What is not as it was captured, in sentences. */
  readonly problems: readonly string[]
}

const documents = {
  'incident.json': incidentSchema,
  'result.json': resultDocumentSchema,
  'snapshot.json': snapshotSchema,
} as const
type DocumentName = keyof typeof documents
export const documentNames = Object.keys(documents) as readonly DocumentName[]

/**
 * Reads a bundle that may come from anybody, and compares it with its manifest. Nothing is written to the disk, nothing
 * of it is followed or run.
 *
 * @throws BundleError when it is not what a capture writes; PreflightError when one of its documents is not of its
 *   schema
 */
export async function readIncident(path: string): Promise<ReadIncident> {
  const bundle = await readBundle(path)
  return {
    bundle,
    incident: documentOf(bundle, 'incident.json'),
    result: documentOf(bundle, 'result.json'),
    snapshot: documentOf(bundle, 'snapshot.json'),
    problems: problemsOf(bundle),
  }
}

function problemsOf(bundle: Bundle): readonly string[] {
  return verifyBundle(bundle).map(({ message }) => message)
}

type DocumentOf<Name extends DocumentName> = ReturnType<(typeof documents)[Name]['parse']>

/** @throws PreflightError naming the document and what is wrong with it; never its text */
export function documentOf<Name extends DocumentName>(bundle: Pick<Bundle, 'files'>, name: Name): DocumentOf<Name> {
  const content = bundle.files.get(name)
  if (content === undefined) throw unreadable(name, 'is missing')
  const value = parsed(content)
  if (value === undefined) throw unreadable(name, 'is not JSON in UTF-8')
  const result = documents[name].safeParse(value)
  if (result.success) return result.data as DocumentOf<Name>
  const [issue] = result.error.issues
  throw unreadable(
    name,
    `does not have the form that a capture writes: ${placePath(issue?.path ?? []) || 'the document'} (${issue?.code ?? 'invalid'})`,
  )
}

function parsed(content: Buffer): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch {
    return undefined // The message would quote the text.
  }
}

function unreadable(name: string, what: string): PreflightError {
  return new PreflightError('bundle-document', exitCodes.bundleUntrusted, `${name} of the bundle ${what}`, {
    hint: '`preflight incident verify` lists everything that is wrong with it',
  })
}

/**
 * One file of a bundle as text, as it was found, and what of the bundle is not as it was captured.
 *
 * @throws BundleError; UsageError when the bundle has no such file
 */
export async function incidentFile(
  path: string,
  name: string,
): Promise<{ readonly text: string; readonly problems: readonly string[] }> {
  const bundle = await readBundle(path)
  const { files } = bundle
  const content = files.get(name)
  if (content === undefined)
    throw new UsageError(`the bundle has no file ${name}`, {
      hint: suggestionHint(name, files.keys()) ?? `its files are ${[...files.keys()].join(', ')}`,
    })
  return { text: content.toString('utf8'), problems: problemsOf(bundle) }
}
