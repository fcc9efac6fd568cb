import { suggestionHint, withArticle } from '../../../base/text/wording.js'
import { formatPosition, type Position } from '../../../base/errors.js'
import { type Problems, nodeAt, type Path, type YamlMap, type YamlNode } from '../../../definitions/yaml-node.js'
import { textAt, type ClusterObject } from './manifests.js'
import { z } from 'zod'

/** A container, and what of its pod tells something of its environment. */
export interface Container {
  readonly node: YamlMap
  readonly workload: ClusterObject
  /** The pod's template, or the pod. */
  readonly pod: YamlNode
}

/**
 * Where a pod's template is in an object of each kind that starts pods; of kinds that are not Kubernetes' own, with
 * their group.
 */
const podPaths: ReadonlyMap<string, Path> = new Map([
  ['Pod', []],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map(
    (kind): [string, Path] => [kind, ['spec', 'template']],
  ),
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['argoproj.io Rollout', ['spec', 'template']],
  ['serving.knative.dev Service', ['spec', 'template']],
  ['serving.knative.dev Configuration', ['spec', 'template']],
  ['serving.knative.dev Revision', []],
])

function podPath({ kind, node }: ClusterObject): Path | undefined {
  const [group = ''] = /^[^/]+(?=\/)/.exec(textAt(node, ['apiVersion']) ?? '') ?? []
  return podPaths.get(`${group} ${kind}`) ?? podPaths.get(kind)
}

/**
 * The container that is meant.
 *
 * @param wanted `NAME` or `NAME/CONTAINER`; a workload of one container needs no name for it
 */
export function findContainer(
  objects: readonly ClusterObject[],
  wanted: string,
  start: Position,
  problems: Problems,
): Container | undefined {
  const [, name = wanted, containerName] = /^([^/]*)\/(.*)$/s.exec(wanted) ?? []
  const workloads = objects.filter((object) => podPath(object) !== undefined)
  const [workload, second] = workloads.filter((object) => object.name === name)
  if (workload === undefined) {
    const other = objects.find((object) => object.name === name)
    const hint =
      suggestionHint(
        name,
        workloads.map((object) => object.name),
      ) ??
      (workloads.length === 0
        ? 'name a file with a Deployment, StatefulSet, DaemonSet, Job, CronJob, Pod, Rollout or Knative Service'
        : `it has ${workloads.map((object) => `${object.kind} ${object.name}`).join(', ')}`)
    problems.report(
      other?.position ?? start,
      'unknown-workload',
      other === undefined
        ? `no object named ${name} here starts containers`
        : `the ${other.kind} ${name} starts no containers`,
      hint,
    )
    return undefined
  }
  if (second !== undefined) {
    problems.report(
      second.position,
      'ambiguous-workload',
      `${name} is ${withArticle(workload.kind)} (${formatPosition(workload.position)}) and ${withArticle(second.kind)}`,
      'keep them in separate files',
    )
    return undefined
  }
  const pod = nodeAt(workload.node, podPath(workload)!)
  const node = pod === undefined ? undefined : chosenContainer(pod, workload, containerName, problems)
  if (pod === undefined)
    problems.report(workload.position, 'no-containers', `the ${workload.kind} ${name} has no pod template`)
  return pod === undefined || node === undefined ? undefined : { node, workload, pod }
}

function chosenContainer(
  pod: YamlNode,
  { kind, name, position }: ClusterObject,
  wanted: string | undefined,
  problems: Problems,
): YamlMap | undefined {
  const main = containersAt(pod, 'containers')
  const all = [...main, ...containersAt(pod, 'initContainers')]
  const names = all.map((container) => textAt(container, ['name']) ?? '')
  const known = `its containers are ${names.join(', ')}`
  if (wanted === undefined) {
    if (main.length !== 1)
      problems.report(
        position,
        main.length === 0 ? 'no-containers' : 'ambiguous-container',
        `the ${kind} ${name} has ${main.length === 0 ? 'no' : 'several'} containers`,
        main.length === 0 ? undefined : `write NAME/CONTAINER: ${known}`,
      )
    return main.length === 1 ? main[0] : undefined
  }
  const found = all[names.indexOf(wanted)]
  if (found === undefined)
    problems.report(
      position,
      'unknown-container',
      `the ${kind} ${name} has no container ${wanted}`,
      suggestionHint(wanted, names) ?? known,
    )
  return found
}

function containersAt(pod: YamlNode, key: string): readonly YamlMap[] {
  const list = nodeAt(pod, ['spec', key])
  return list?.kind === 'list' ? list.items.filter((item) => item.kind === 'map') : []
}

const keyReference = () =>
  z.strictObject({ name: z.string(), key: z.string(), optional: z.boolean().nullish() }).nullish()

const objectReference = () => z.strictObject({ name: z.string(), optional: z.boolean().nullish() }).nullish()

/** What of a container makes its environment (Kubernetes API, core/v1 Container); all else is not looked at. */
export const containerSchema = z.looseObject({
  envFrom: z
    .array(
      z.strictObject({ prefix: z.string().nullish(), configMapRef: objectReference(), secretRef: objectReference() }),
    )
    .nullish(),
  env: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.string().nullish(),
        valueFrom: z
          .strictObject({
            configMapKeyRef: keyReference(),
            secretKeyRef: keyReference(),
            fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.string().nullish() }).nullish(),
            resourceFieldRef: z
              .strictObject({
                resource: z.string(),
                containerName: z.string().nullish(),
                divisor: z.union([z.string(), z.number()]).nullish(),
              })
              .nullish(),
            fileKeyRef: z
              .strictObject({
                volumeName: z.string(),
                path: z.string(),
                key: z.string(),
                optional: z.boolean().nullish(),
              })
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
})

type ContainerFields = z.output<typeof containerSchema>

export type EnvFrom = NonNullable<ContainerFields['envFrom']>[number]

export type EnvEntry = NonNullable<ContainerFields['env']>[number]
