import { suggestionHint } from '../../../base/text/wording.js'
import type { Position } from '../../../base/errors.js'
import { nodeAt, plainValue, positionAt, type Path } from '../../../definitions/yaml-node.js'
import {
  containerVariable,
  containerVariableHint,
  variableWording,
  reportShape,
  reportUnknownKey,
} from '../env-source-text.js'
import { setOnce, EnvironmentDraft } from '../read-environment.js'
import { unmistakableText } from '../manifest-file.js'
import { configKeys, configValue, type ReferredObjects } from './config-object.js'
import { containerSchema, type EnvEntry, type EnvFrom, type Container } from './workload.js'
import { textAt } from './manifests.js'

const elsewhere = 'put its manifest beside this one, or set the variable in a source that is named later'

/**
 * Works out what the kubelet would: `envFrom` in its order, over it `env` in its order (kubelet_pods.go,
 * makeEnvironmentVariables).
 */
export class ContainerEnvironment {
  /** What `envFrom` gives, which `env` may replace. */
  readonly #from = new EnvironmentDraft()
  readonly #own = new EnvironmentDraft()

  constructor(
    readonly container: Container,
    readonly referred: ReferredObjects,
  ) {}

  async read(): Promise<EnvironmentDraft> {
    const { node } = this.container
    const parsed = containerSchema.safeParse(plainValue(node))
    if (parsed.error !== undefined) reportShape(parsed.error.issues, node, containerSchema, this.#own.problems)
    for (const [key, { position }] of node.entries) {
      if (/^env/i.test(key) && key !== 'env' && key !== 'envFrom')
        reportUnknownKey(key, position, ['env', 'envFrom'], this.#own.problems)
    }
    if (parsed.data !== undefined) {
      for (const [index, entry] of (parsed.data.envFrom ?? []).entries())
        await this.#takeAll(entry, positionAt(node, ['envFrom', index]))
      for (const [index, entry] of (parsed.data.env ?? []).entries()) await this.#take(entry, ['env', index])
    }
    this.#from.add(this.#own)
    return this.#from
  }

  async #takeAll({ prefix, configMapRef, secretRef }: EnvFrom, position: Position): Promise<void> {
    const [reference, second] = [configMapRef, secretRef].filter((each) => each !== undefined && each !== null)
    if (reference === undefined || second !== undefined) {
      this.#from.report(position, 'invalid-value', 'an item of envFrom refers to one ConfigMap or one Secret')
      return
    }
    const kind = reference === secretRef ? 'Secret' : 'ConfigMap'
    const found = await this.referred.find(kind, reference.name)
    if (!('object' in found)) {
      const what =
        'without it the variables that it sets are unknown; put its manifest beside this one, an empty one if it sets none'
      this.#from.report(
        position,
        'unknown-object',
        found.reason,
        [found.hint, what].filter((part) => part !== '').join('; '),
      )
      return
    }
    for (const key of configKeys(found.object)) {
      const value = configValue(found.object, key)!
      const name = `${prefix ?? ''}${key}`
      if (value.kind === 'fault') this.#from.report(value.position, value.code, value.message, value.hint)
      else if (!containerVariable.test(name))
        this.#from.report(
          value.position,
          'variable-name',
          'the key is not a variable name, and some versions of Kubernetes ignore it',
          containerVariableHint,
        )
      else this.#from.set(name, value.value, value.position)
    }
  }

  async #take({ name, value, valueFrom }: EnvEntry, path: Path): Promise<void> {
    const { node } = this.container
    const valueNode = nodeAt(node, [...path, 'value'])
    const position = valueNode?.position ?? positionAt(node, [...path, 'name'])
    if (!containerVariable.test(name)) {
      this.#own.report(
        positionAt(node, [...path, 'name']),
        'variable-name',
        'this is not a variable name',
        containerVariableHint,
      )
      return
    }
    const nameNode = nodeAt(node, [...path, 'name'])
    if (nameNode?.kind === 'scalar' && unmistakableText(nameNode) === undefined) {
      this.#own.report(
        nameNode.position,
        'wrong-type',
        `the name ${name} is not text for Kubernetes`,
        'put it in quotes',
      )
      return
    }
    if (
      valueNode?.kind === 'scalar' &&
      typeof valueNode.value === 'string' &&
      unmistakableText(valueNode) === undefined
    ) {
      this.#own.report(position, 'wrong-type', `the value of ${name} is not text for Kubernetes`, 'put it in quotes')
      return
    }
    if (valueFrom === undefined || valueFrom === null) {
      this.#takeText(name, value ?? '', position)
      return
    }
    const sources = Object.values(valueFrom).filter((each) => each !== undefined && each !== null)
    if (sources.length !== 1 || (value ?? '') !== '') {
      this.#own.report(
        position,
        'invalid-value',
        `${name} has ${sources.length === 0 ? 'a valueFrom that names no source' : 'more than one source'}`,
      )
      return
    }
    const at = positionAt(node, [...path, 'valueFrom'])
    if (valueFrom.configMapKeyRef) await this.#takeKey(name, 'ConfigMap', valueFrom.configMapKeyRef, at)
    else if (valueFrom.secretKeyRef) await this.#takeKey(name, 'Secret', valueFrom.secretKeyRef, at)
    else if (valueFrom.fieldRef) this.#takeField(name, valueFrom.fieldRef.fieldPath, at)
    else this.#setUnknown(name, at, `${name} is known only when the pod runs`, 'set it in a source that is named later')
  }

  #takeText(name: string, text: string, position: Position): void {
    const expanded = expandReferences(text, (other) => {
      const own = this.#own.value(other)
      return own === undefined ? this.#from.value(other) : own
    })
    if ('value' in expanded) this.#set(name, expanded.value, position)
    else {
      const other = variableWording(expanded.missing)
      const reason = expanded.isSet
        ? `${name} takes the value of ${other}, which is not known here`
        : `${name} refers to ${other}, which no entry before it sets`
      this.#setUnknown(
        name,
        position,
        reason,
        `write $$( for the literal text, or set ${name} in a source that is named later`,
      )
    }
  }

  async #takeKey(
    name: string,
    kind: string,
    {
      name: object,
      key,
      optional,
    }: { readonly name: string; readonly key: string; readonly optional?: boolean | null | undefined },
    position: Position,
  ): Promise<void> {
    const found = await this.referred.find(kind, object)
    if (!('object' in found)) {
      if (found.isAmbiguous) this.#own.report(position, 'ambiguous-object', found.reason, found.hint)
      else
        this.#setUnknown(
          name,
          position,
          `${name}: ${found.reason}`,
          [found.hint, elsewhere].filter((part) => part !== '').join('; '),
        )
      return
    }
    const value = configValue(found.object, key)
    if (value === undefined) {
      if (optional !== true)
        this.#own.report(
          position,
          'unknown-key',
          `${name}: the ${kind} ${object} has no key ${key}`,
          suggestionHint(key, configKeys(found.object)) ?? 'a container of this pod would not start',
        )
    } else if (value.kind === 'fault') this.#own.report(value.position, value.code, value.message, value.hint)
    else this.#set(name, value.value, value.position)
  }

  #takeField(name: string, fieldPath: string, position: Position): void {
    const value = podField(this.container, fieldPath)
    if (value !== undefined) this.#set(name, value, position)
    else
      this.#setUnknown(
        name,
        position,
        `${name} is known only when the pod runs (${fieldPath})`,
        'set it in a source that is named later',
      )
  }

  #set(name: string, value: string, position: Position): void {
    setOnce(this.#own, name, value, position)
  }

  #setUnknown(name: string, position: Position, message: string, hint: string): void {
    this.#own.setUnknown(name, { position, code: 'unknown-value', message, hint })
  }
}

/** The value of a `fieldRef` that the manifest already tells; `undefined` for what the cluster decides. */
function podField({ workload, pod }: Container, fieldPath: string): string | undefined {
  const [, part, key] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath) ?? []
  if (part !== undefined && key !== undefined) return textAt(pod, ['metadata', part, key])
  if (fieldPath === 'metadata.namespace') return workload.namespace
  if (fieldPath === 'metadata.name') return workload.kind === 'Pod' ? workload.name : undefined
  return fieldPath === 'spec.serviceAccountName' ? textAt(pod, ['spec', 'serviceAccountName']) : undefined
}

/**
 * The value of a variable that is before: `undefined` when none does, `null` when it is known only to the cluster.
 */
type Reference = (name: string) => string | undefined | null

/**
 * A text with its references filled in, or the first of them that cannot be; `isSet` tells one that is unknown from one
 * that is not there.
 */
type Expanded = { readonly value: string } | { readonly missing: string; readonly isSet: boolean }

/**
 * Fills `$(NAME)` in as the kubelet does (Kubernetes, dependent environment variables): `$$` is a dollar sign, and a
 * dollar sign before anything else stands for itself. A reference to nothing, which the kubelet leaves as it is, is
 * missing here.
 */
export function expandReferences(text: string, reference: Reference): Expanded {
  let missing: string | undefined
  const value = text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$'
    const found = reference(name)
    if (typeof found !== 'string') missing ??= name
    return found ?? whole
  })
  return missing === undefined ? { value } : { missing, isSet: reference(missing) === null }
}
