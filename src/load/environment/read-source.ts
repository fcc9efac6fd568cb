import type { EnvironmentSource } from '../../model/environment-source.js'
import { readEnvironmentFile } from './env-file.js'
import type { ReadEnvironment } from './read-environment.js'
import { readSystemdFile } from './systemd-file.js'

/**
 * Reads one source of variables.
 *
 * @param shell this process's own variables, where they may stand in for those of the shell that starts the deployment
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSource(source: EnvironmentSource, shell: ReadonlyMap<string, string> | undefined): Promise<ReadEnvironment> {
  if (typeof source === 'string') return readEnvironmentFile(source)
  if ('systemd' in source) return readSystemdFile(source.systemd)
  // Most deployments have neither, and every start would load both.
  if ('compose' in source) return (await import('./compose/compose.js')).readComposeService(source.compose, shell)
  return (await import('./k8s/k8s.js')).readClusterContainer(source.k8s)
}
