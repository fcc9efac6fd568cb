import { EnvironmentDraft, type ReadEnvironment } from '../read-environment.js'
import { splitSourceName } from '../source-name.js'
import { ContainerEnvironment } from './container-environment.js'
import { readManifests } from './manifests.js'
import { ReferredObjects } from './referred-objects.js'
import { findContainer } from './workload.js'

/**
 * The environment that Kubernetes gives a container: its `env` and `envFrom`, with the ConfigMaps and Secrets of the same file or of the files beside it.
 * What the image, the cluster's services and admission controllers set is not known.
 *
 * @param from `FILE#NAME` or `FILE#NAME/CONTAINER`
 * @throws UsageError when the file cannot be read
 */
export async function readClusterContainer(from: string): Promise<ReadEnvironment> {
  const { file, name } = splitSourceName(from, 'FILE#NAME or FILE#NAME/CONTAINER')
  const { objects, diagnostics } = await readManifests(file)
  if (diagnostics.length > 0) return { variables: [], unknown: [], diagnostics, notices: [] }
  const draft = new EnvironmentDraft()
  const container = findContainer(objects, name, { file, line: 1, column: 1 }, draft.problems)
  if (container !== undefined) draft.add(await new ContainerEnvironment(container, new ReferredObjects(file, objects, container.workload.namespace)).read())
  return draft.done()
}
