import { suggestionHint } from '../../../base/text/suggestion.js'
import { formatPosition } from '../../../base/position.js'
import { kustomizationBeside } from './kustomization.js'
import { readNeighbours, type ClusterObject } from './manifests.js'

/** An object that a container refers to, or why nobody can say which it is. */
export type Referred =
  { readonly object: ClusterObject } | { readonly reason: string; readonly hint: string; readonly isAmbiguous: boolean }

/** ConfigMaps and Secrets: those of the workload's file, else those of the files beside it. */
export class ReferredObjects {
  #neighbours: ReturnType<typeof readNeighbours> | undefined

  constructor(
    readonly path: string,
    readonly own: readonly ClusterObject[],
    readonly namespace: string | undefined,
  ) {}

  /** @param kind `ConfigMap` or `Secret` */
  async find(kind: string, name: string): Promise<Referred> {
    const here = this.#matching(this.own, kind, name)
    if (here.length > 0) return onlyOne(here)
    this.#neighbours ??= readNeighbours(this.path)
    const { objects, unreadable } = await this.#neighbours
    const beside = this.#matching(objects, kind, name)
    if (beside.length > 0) return onlyOne(beside)

    const kustomization = await kustomizationBeside(this.path)
    const generator = kustomization?.generates.get(`${kind} ${name}`)
    if (generator !== undefined) {
      return {
        reason: `the ${kind} ${name} is made by the generator at ${formatPosition(generator)}, when the kustomization is rendered`,
        hint: 'render it first, and name what comes out: kubectl kustomize FOLDER > rendered.yaml',
        isAmbiguous: false,
      }
    }
    const all = [...this.own, ...objects]
    const elsewhere = all.find((object) => object.kind === kind && object.name === name)
    const lookalike = all.find((object) => object.kind !== kind && object.kind.endsWith(kind) && object.name === name)
    const reason =
      elsewhere !== undefined
        ? `the ${kind} ${name} (${formatPosition(elsewhere.position)}) is ${inNamespace(elsewhere.namespace)}, not ${inNamespace(this.namespace)}`
        : lookalike !== undefined
          ? `the ${kind} ${name} is made from the ${lookalike.kind} at ${formatPosition(lookalike.position)}, in the cluster only`
          : `the ${kind} ${name} is neither in the file nor in one beside it`
    const near = suggestionHint(
      name,
      all.filter((object) => object.kind === kind).map((object) => object.name),
    )
    const unread =
      unreadable.length === 0
        ? undefined
        : `not readable beside it: ${unreadable.slice(0, 3).join(', ')}${unreadable.length > 3 ? ', …' : ''}`
    return { reason, hint: [near, unread].filter((part) => part !== undefined).join('; '), isAmbiguous: false }
  }

  #matching(objects: readonly ClusterObject[], kind: string, name: string): readonly ClusterObject[] {
    return objects.filter(
      (object) => object.kind === kind && object.name === name && object.namespace === this.namespace,
    )
  }
}

function onlyOne([first, second]: readonly ClusterObject[]): Referred {
  if (second === undefined) return { object: first! }
  return {
    reason: `the ${second.kind} ${second.name} stands at ${formatPosition(first!.position)} and at ${formatPosition(second.position)}`,
    hint: 'keep one of the two',
    isAmbiguous: true,
  }
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? 'of no namespace that its manifest says' : `of the namespace ${namespace}`
}
