import { namedBy, type EnvironmentSource } from '../environment-source.js'
import { readEnvironmentFile } from './env-file.js'
import type { ReadEnvironment } from './read-environment.js'
import { readSystemdFile } from './systemd-file.js'
import { oversized } from './value-size.js'

/**
 * Reads sources of variables in their order. Compose files that are named one after the other for the same service are
 * merged, as Compose merges what
 * it is given with `-f`.
 *
 * @param shell as for `readEnvironmentSource`
 * @returns what each says, of merged ones what they say together
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSources(
  sources: readonly EnvironmentSource[],
  shell: ReadonlyMap<string, string> | undefined,
): Promise<readonly ReadEnvironment[]> {
  return Promise.all(
    grouped(sources).map((group) =>
      group.length === 1 ? readEnvironmentSource(group[0]!, shell) : readMerged(group, shell),
    ),
  )
}

function grouped(sources: readonly EnvironmentSource[]): readonly (readonly EnvironmentSource[])[] {
  const groups: EnvironmentSource[][] = []
  for (const source of sources) {
    const before = groups.at(-1)
    const service = composeService(source)
    if (before !== undefined && service !== undefined && composeService(before[0]!) === service) before.push(source)
    else groups.push([source])
  }
  return groups
}

function composeService(source: EnvironmentSource): string | undefined {
  return typeof source !== 'string' && 'compose' in source
    ? source.compose.slice(source.compose.lastIndexOf('#'))
    : undefined
}

async function readMerged(
  group: readonly EnvironmentSource[],
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return withoutOversized(await (await import('./compose/compose.js')).readComposeFiles(group.map(namedBy), shell))
}

/**
 * Reads one source of variables. A variable with which no process can be started is a mistake in each of them.
 *
 * @param shell this process's own variables, where they may stand in for those of the shell that starts the deployment
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSource(
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return withoutOversized(await readByKind(source, shell))
}

function withoutOversized(read: ReadEnvironment): ReadEnvironment {
  return { ...read, diagnostics: [...read.diagnostics, ...oversized(read.variables)] }
}

async function readByKind(
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  if (typeof source === 'string') return readEnvironmentFile(source)
  if ('systemd' in source) return readSystemdFile(source.systemd)
  // Most deployments have none of these, and every start would load them all.
  if ('dotenv' in source) return (await import('./dotenv/dotenv-file.js')).readDotenvFile(source.dotenv, shell)
  if ('shell' in source) return (await import('./shell/shell-file.js')).readShellFile(source.shell, shell)
  if ('docker' in source) return (await import('./docker-file.js')).readDockerFile(source.docker, shell)
  if ('compose' in source) return (await import('./compose/compose.js')).readComposeService(source.compose, shell)
  return (await import('./k8s/k8s.js')).readClusterContainer(source.k8s)
}
