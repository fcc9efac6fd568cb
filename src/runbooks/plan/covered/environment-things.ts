import { resolve } from 'node:path'
import { inheritedVariables } from '../../../base/own-environment.js'
import { Secret } from '../../../redaction/secret-value.js'
import { canonicalDigest } from '../../../definitions/canonical-digest.js'
import { readEnvironmentSource } from '../../../environment/sources/read-source.js'
import { fileOf, namedBy, type EnvironmentSource } from '../../../environment/environment-source.js'
import type { EnvironmentOptions } from '../../../environment/tested-environment.js'
import { secretFingerprint } from '../../prepare/parameter-fingerprint.js'
import { lookedAt, type CoveredThing } from './covered-thing.js'
import type { FileDigests } from './file-digests.js'

/**
 * The environment files of a run and of its steps, and how else the environment under test comes about. A file of
 * secrets stands in
 * plans and journals with a fingerprint that is too slow to guess by; a process and the caller's variables are only
 * named.
 */
export async function environmentThings(
  sources: readonly EnvironmentSource[],
  { pid, inherit }: EnvironmentOptions,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const shell = inherit ? new Map(Object.entries(inheritedVariables())) : undefined
  const named = new Map(sources.map((source) => [nameOf(source), source]))
  const files = await Promise.all([...named].map(([name, source]) => environmentFile(name, source, shell, digests)))
  return [
    ...files,
    ...(pid === undefined
      ? []
      : [{ entry: { kind: 'environment_process', name: `process ${pid}`, digest: null } } as const]),
    ...(inherit
      ? [
          {
            entry: { kind: 'environment_inherited', name: 'the variables of whoever calls preflight', digest: null },
          } as const,
        ]
      : []),
  ]
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
  const bytes = await digests.of(resolve(fileOf(source)))
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
