import { counted } from '../../../base/text/wording.js'
import type { Redactor } from '../../../redaction/redact.js'
import { isThere } from '../../../base/files/state-folder.js'
import { Secret } from '../../../redaction/secret-value.js'
import type { Configuration } from '../../../checks/load/configuration.js'
import type { GivenInputs } from '../../../checks/load/resolve-inputs.js'
import { readInputName } from '../../../checks/input-names.js'
import type { Definitions } from '../../../checks/definition.js'
import type { CoveredKind } from '../covered.js'
import { signatureProgram } from '../../../processes/ssh-signature.js'
import { waiverFileOf } from '../../../checks/waivers/waiver-file.js'
import { secretFingerprint } from '../../prepare/given-parameters.js'
import type { StepSelection } from '../step-selections.js'
import { lookedAt, publicValue, type CoveredThing, type FileDigests, programThings } from './file-digests.js'
import { resolve } from 'node:path'
import { inheritedVariables } from '../../../base/own-environment.js'
import { canonicalDigest } from '../../../definitions/yaml-node.js'
import { readEnvironmentSource } from '../../../environment/sources/read-source.js'
import { fileOf, isThisShell, namedBy, type EnvironmentSource } from '../../../environment/environment-source.js'
import type { EnvironmentOptions } from '../../../environment/tested-environment.js'

/** What the steps that judge checks are based on. */
interface CheckGround {
  readonly configuration: Configuration
  readonly definitions: Definitions
  /** The deployment file's inputs and those of the command line, by full name, which every such step is given. */
  readonly inputs: GivenInputs
  /** Absolute path of the lock, be there one or not. */
  readonly lockFile: string
  /** What each of them judges. */
  readonly selections: readonly StepSelection[]
  readonly redactor: Redactor
  /** For fingerprints of secret inputs. */
  readonly salt: string
}

/**
 * What decides how checks are judged: the packs, what is selected and by which profile, inputs, the lock, waivers with
 * their signers.
 */
export async function checkThings(
  { configuration, definitions, inputs, lockFile, selections, redactor, salt }: CheckGround,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const { knownSecrets, deployment } = configuration
  const waivers = waiverFileOf(undefined, configuration)
  const file = (kind: CoveredKind, path: string): Promise<CoveredThing> =>
    lookedAt(async () => ({ kind, name: path, digest: await digests.of(path) }))
  return [
    { entry: { kind: 'packs', name: 'checks', digest: definitions.digest } },
    ...selections.map(({ place, profile, checks }) =>
      publicValue('selection', place, `${counted(checks.length, 'check')} by ${profile}: ${checks.join(', ')}`),
    ),
    ...[...new Set(selections.map(({ profile }) => profile))].map((profile) =>
      publicValue('profile', profile, profile),
    ),
    ...inputThings({ inputs, definitions, redactor, salt }),
    ...((await isThere(lockFile)) ? [await file('lock', lockFile)] : []),
    ...(waivers === undefined ? [] : [await file('waivers', waivers.path)]),
    // Which waivers count depends on what the deployment is called.
    ...(waivers === undefined ? [] : [publicValue('waivers', 'deployment', deployment ?? '')]),
    ...(waivers?.signers === undefined
      ? []
      : [
          await file('waivers', `${waivers.path}.sig`),
          await file('waiver_signers', waivers.signers),
          ...(await programThings([{ step: 'waivers', program: signatureProgram() }], digests)),
        ]),
    ...(knownSecrets === undefined ? [] : [await file('file', knownSecrets)]),
  ]
}

/** The inputs that steps are given, or parameters default from. */
export function inputThings({
  inputs,
  definitions,
  redactor,
  salt,
}: Pick<CheckGround, 'inputs' | 'definitions' | 'redactor' | 'salt'>): readonly CoveredThing[] {
  return Object.entries(inputs).map(([name, value]) => inputThing(name, value, definitions, redactor, salt))
}

/**
 * What a pack calls secret, what may carry a credential and what no pack knows has a fingerprint; the rest anybody may
 * see.
 */
function inputThing(
  name: string,
  value: GivenInputs[string],
  { packs }: Definitions,
  redactor: Redactor,
  salt: string,
): CoveredThing {
  const { input } = readInputName({ packs }, name)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const isPublic = input !== undefined && !input.secret && input.type !== 'url' && redactor.text(text) === text
  if (isPublic) return publicValue('input', name, value)
  // Without the system, as earlier versions have it: their journals are compared with this.
  const digest = secretFingerprint(new Secret(text), `${salt} input ${input?.name ?? name}`)
  return { entry: { kind: 'input', name, digest } }
}

/**
 * The environment files of a run and of its steps, and how else the environment under test comes about. A file of
 * secrets is in plans and journals with a fingerprint that is too slow to guess by; a process and the caller's
 * variables are only named.
 */
export async function environmentThings(
  sources: readonly EnvironmentSource[],
  { pid, inherit }: EnvironmentOptions,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const shell = inherit ? new Map(Object.entries(inheritedVariables())) : undefined
  const named = new Map(sources.filter(hasContent).map((source) => [nameOf(source), source]))
  const files = await Promise.all([...named].map(([name, source]) => environmentFile(name, source, shell, digests)))
  const processes = [
    ...(pid === undefined ? [] : [`process ${pid}`]),
    ...new Set(sources.flatMap((source) => (isOfProcess(source) ? [`process of ${resolve(namedBy(source))}`] : []))),
  ]
  const isCallers = inherit || sources.some(isThisShell)
  return [
    ...files,
    ...processes.map((name) => ({ entry: { kind: 'environment_process', name, digest: null } }) as const),
    ...(isCallers
      ? [
          {
            entry: { kind: 'environment_inherited', name: 'the variables of the caller of preflight', digest: null },
          } as const,
        ]
      : []),
  ]
}

function isOfProcess(source: EnvironmentSource): boolean {
  return typeof source === 'object' && 'pid-file' in source
}

/** A process, this one too, is only named. */
function hasContent(source: EnvironmentSource): boolean {
  return !isThisShell(source) && !isOfProcess(source)
}

/** A file may be read in two ways, and a manifest for two services. */
function nameOf(source: EnvironmentSource): string {
  const path = resolve(namedBy(source))
  const [reader] = typeof source === 'string' ? [] : Object.keys(source)
  return reader === undefined ? path : `${path} (${reader})`
}

async function environmentFile(
  name: string,
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
  digests: FileDigests,
): Promise<CoveredThing> {
  let last: { readonly content: string; readonly digest: string } | undefined
  return lookedAt(async () => {
    const content = await contentDigest(source, shell, digests)
    if (content === null) return { kind: 'environment_file', name, digest: null }
    if (last?.content !== content)
      last = { content, digest: secretFingerprint(new Secret(content), `environment file ${name}`) }
    return { kind: 'environment_file', name, digest: last.digest }
  })
}

/** A manifest names files beside it: of one, what its variables come to counts as well. */
async function contentDigest(
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
  digests: FileDigests,
): Promise<string | null> {
  const bytes = await digests.of(resolve(fileOf(source) ?? ''))
  if (bytes === null || typeof source === 'string' || !('compose' in source || 'k8s' in source)) return bytes
  try {
    const { variables, unknown } = await readEnvironmentSource(source, shell)
    return canonicalDigest({
      bytes,
      variables: variables.map(([variable, { value }]) => [variable, value.reveal()]),
      unknown: unknown.map(([variable]) => variable),
    })
  } catch {
    return `${bytes} and unreadable`
  }
}
