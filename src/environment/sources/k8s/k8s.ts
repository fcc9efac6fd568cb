import { basename } from 'node:path'
import { EnvironmentDraft, type ReadEnvironment } from '../read-environment.js'
import { splitSourceName } from '../env-source-text.js'
import { ContainerEnvironment } from './container-environment.js'
import { chartOf, renderedByHelm, readManifests, isKustomization, kustomizationBeside } from './manifests.js'
import { ReferredObjects } from './config-object.js'
import { findContainer } from './workload.js'

/**
 * The environment that Kubernetes gives a container: its `env` and `envFrom`, with the ConfigMaps and Secrets of the
 * same file or of the files beside it. What the image, the cluster's services and admission controllers set is not
 * known.
 *
 * @param from `FILE#NAME` or `FILE#NAME/CONTAINER`
 * @throws UsageError when the file cannot be read
 */
export async function readClusterContainer(from: string): Promise<ReadEnvironment> {
  const { file, name } = splitSourceName(from, 'FILE#NAME or FILE#NAME/CONTAINER')
  const { objects, diagnostics } = await readManifests(file)
  if (diagnostics.length > 0) return { variables: [], unknown: [], diagnostics, notices: [] }
  const draft = new EnvironmentDraft()
  if (await reportKustomization(file, draft)) return draft.done()
  const container = findContainer(objects, name, { file, line: 1, column: 1 }, draft.problems)
  if (container !== undefined)
    draft.add(
      await new ContainerEnvironment(
        container,
        new ReferredObjects(file, objects, container.workload.namespace),
      ).read(),
    )
  return draft.done()
}

const renderFirst = 'render it first, and name the output: kubectl kustomize FOLDER > rendered.yaml'

/** Says so where kustomize changes what the file says of the environment. */
async function reportKustomization(file: string, draft: EnvironmentDraft): Promise<boolean> {
  if (isKustomization(file)) {
    draft.report(
      { file, line: 1, column: 1 },
      'render-first',
      'the file is a kustomization, which starts no containers before it is rendered',
      renderFirst,
    )
    return true
  }
  const kustomization = await kustomizationBeside(file)
  if (kustomization !== undefined && (kustomization.change === undefined || !kustomization.named.has(basename(file)))) {
    draft.remark(
      `${kustomization.file} is beside ${file}: if kustomize applies them, the result may differ from the file. To be sure, ${renderFirst}`,
    )
  }
  const chart = await chartOf(file)
  if (chart !== undefined)
    draft.remark(
      `${chart} is beside ${file}: if Helm applies them, the result may differ from the file. To be sure, ${renderedByHelm}`,
    )
  if (kustomization?.change === undefined || !kustomization.named.has(basename(file))) return false
  draft.report(
    kustomization.change.position,
    'render-first',
    `the kustomization takes ${basename(file)} and changes what it sets (${kustomization.change.field})`,
    renderFirst,
  )
  return true
}
