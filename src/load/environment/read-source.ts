import type { EnvironmentSource } from '../../model/environment-source.js'
import { readEnvironmentFile } from './env-file.js'
import type { ReadEnvironment } from './read-environment.js'
import { readSystemdFile } from './systemd-file.js'
import { oversized } from './value-size.js'

/**
 * Reads one source of variables. A variable with which no process can be started is a mistake in each of them.
 *
 * @param shell this process's own variables, where they may stand in for those of the shell that starts the deployment
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSource(source: EnvironmentSource, shell: ReadonlyMap<string, string> | undefined): Promise<ReadEnvironment> {
  const read = await readByKind(source, shell)
  return { ...read, diagnostics: [...read.diagnostics, ...oversized(read.variables)] }
}

async function readByKind(source: EnvironmentSource, shell: ReadonlyMap<string, string> | undefined): Promise<ReadEnvironment> {
  if (typeof source === 'string') return readEnvironmentFile(source)
  if ('systemd' in source) return readSystemdFile(source.systemd)
  // Most deployments have none of these, and every start would load them all.
  if ('dotenv' in source) return (await import('./dotenv/dotenv-file.js')).readDotenvFile(source.dotenv, shell)
  if ('shell' in source) return (await import('./shell/shell-file.js')).readShellFile(source.shell, shell)
  if ('docker' in source) return (await import('./docker-file.js')).readDockerFile(source.docker, shell)
  if ('compose' in source) return (await import('./compose/compose.js')).readComposeService(source.compose, shell)
  return (await import('./k8s/k8s.js')).readClusterContainer(source.k8s)
}
