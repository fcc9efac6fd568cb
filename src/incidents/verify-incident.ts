import { type Bundle, bundleDocuments } from './bundle/manifest.js'
import { readBundle, verifyBundle } from './bundle/read-bundle.js'
import { messageOf, PreflightError } from '../base/errors.js'
import type { Redactor } from '../redaction/redact.js'
import { readGround, type Ground, type GroundOptions } from '../checks/ground.js'
import { readConfiguration } from '../checks/settings.js'
import { isEnvironmentNamed } from '../environment/tested-environment.js'
import { bundleRedactor } from './bundle-redactor.js'
import { documentNames, documentOf } from './read-incident.js'

export interface BundleVerdict {
  readonly name: string
  readonly files: number
  /** Each a sentence, safe to show after it is neutralised; none: the bundle is complete. */
  readonly problems: readonly string[]
  /**
   * Names of secrets that were found, with the files they are in; `undefined` when it is not stated which environment
   * to look for.
   */
  readonly leaks: readonly { readonly name: string; readonly file: string }[] | undefined
  /** Names of secrets too short or too common to be searched for. */
  readonly notSearched: readonly string[]
}

/**
 * Whether a bundle is complete, is of one piece, and shows none of the secrets of an environment.
 *
 * @throws BundleError when it is not even read
 */
export async function verifyIncident(path: string, options: GroundOptions): Promise<BundleVerdict> {
  const bundle = await readBundle(path)
  const redactor = await searcher(bundle, options)
  return {
    name: bundle.name,
    files: bundle.files.size,
    problems: [
      ...verifyBundle(bundle).map(({ message }) => message),
      ...missingDocuments(bundle),
      ...documentProblems(bundle),
    ],
    leaks: redactor === undefined ? undefined : leaksIn(bundle, redactor),
    notSearched: redactor?.unmaskable ?? [],
  }
}

/** Without an environment that was named there is nothing to search for. */
async function searcher(bundle: Bundle, options: GroundOptions): Promise<Redactor | undefined> {
  const ground = await readGround(options, await readConfiguration(options), () => undefined)
  return isEnvironmentNamed(ground.sources) ? searchingRedactor(bundle, ground) : undefined
}

/**
 * The words of a bundle are not a leak; a bundle whose result cannot be read is searched with what the run's redactor
 * knows.
 */
async function searchingRedactor(bundle: Bundle, ground: Ground): Promise<Redactor> {
  try {
    return await bundleRedactor(ground, documentOf(bundle, 'result.json'))
  } catch (error) {
    if (!(error instanceof PreflightError)) throw error
    return ground.redactor
  }
}

function missingDocuments({ files }: Bundle): readonly string[] {
  return bundleDocuments.filter((name) => !files.has(name)).map((name) => `${name} is missing`)
}

function documentProblems(bundle: Bundle): readonly string[] {
  const problems = documentNames.flatMap((name) => {
    if (!bundle.files.has(name)) return []
    try {
      documentOf(bundle, name)
      return []
    } catch (error) {
      return [messageOf(error)]
    }
  })
  return problems.length > 0 || documentNames.some((name) => !bundle.files.has(name))
    ? problems
    : connectionProblems(bundle)
}

/** What holds between the documents of a bundle that a capture wrote. */
function connectionProblems(bundle: Bundle): readonly string[] {
  const incident = documentOf(bundle, 'incident.json')
  const result = documentOf(bundle, 'result.json')
  const named = [
    ...incident.failures.map(({ evidence }) => evidence),
    ...incident.evidence.flatMap(({ file }) => file ?? []),
  ]
  const present = [...bundle.files.keys()].filter((path) => path.startsWith('evidence/'))
  return [
    ...(incident.run.id === result.run.id
      ? []
      : [`incident.json is about the run ${incident.run.id}, but result.json about ${result.run.id}`]),
    ...(bundle.manifest !== undefined && bundle.manifest.incident !== incident.id
      ? [`manifest.json is about the incident ${bundle.manifest.incident}, but incident.json about ${incident.id}`]
      : []),
    ...named.filter((path) => !bundle.files.has(path)).map((path) => `${path} is named in incident.json but missing`),
    ...present.filter((path) => !named.includes(path)).map((path) => `${path} is not named in incident.json`),
  ]
}

function leaksIn({ files }: Bundle, redactor: Redactor): readonly { readonly name: string; readonly file: string }[] {
  return [...files].flatMap(([file, content]) =>
    redactor.finds(content.toString('utf8')).map(({ name }) => ({ name, file })),
  )
}
