import { type Position, formatPosition } from '../../../base/errors.js'
import { nodeAt, type YamlEntry, type YamlScalar } from '../../../definitions/yaml-node.js'
import { isMistakableWord, truthOfWord, unmistakableText } from '../manifest-file.js'
import { type ClusterObject, readNeighbours, kustomizationBeside } from './manifests.js'
import { suggestionHint } from '../../../base/text/wording.js'

/** A value of a ConfigMap or Secret, or why it cannot be one. The reason quotes nothing of it. */
type ConfigValue =
  | { readonly kind: 'value'; readonly value: string; readonly position: Position }
  | {
      readonly kind: 'fault'
      readonly code: string
      readonly message: string
      readonly hint: string
      readonly position: Position
    }

/** The keys that an environment can take from it: those of `data`, and of a Secret also of `stringData`. */
export function configKeys(object: ClusterObject): readonly string[] {
  return [
    ...new Set(
      ['data', 'stringData'].flatMap((part) =>
        part === 'stringData' && object.kind !== 'Secret' ? [] : [...entriesOf(object, part).keys()],
      ),
    ),
  ]
}

/** @returns `undefined` when it has no such key */
export function configValue(object: ClusterObject, key: string): ConfigValue | undefined {
  const plain = object.kind === 'Secret' ? entriesOf(object, 'stringData').get(key) : entriesOf(object, 'data').get(key)
  if (plain !== undefined) return mistakenKey(plain, key) ?? textOf(plain.scalar, key)
  const encoded = object.kind === 'Secret' ? entriesOf(object, 'data').get(key) : undefined
  if (encoded === undefined) return undefined
  const text = mistakenKey(encoded, key) ?? textOf(encoded.scalar, key)
  return text.kind === 'value' ? decoded(text.value, key, text.position) : text
}

interface ConfigEntry {
  readonly entry: YamlEntry
  readonly scalar: YamlScalar
}

function entriesOf({ node }: ClusterObject, part: string): ReadonlyMap<string, ConfigEntry> {
  const map = nodeAt(node, [part])
  if (map?.kind !== 'map') return new Map()
  // A mapping or a list for a value is as wrong as a number.
  const scalarOf = ({ value }: YamlEntry): YamlScalar =>
    value.kind === 'scalar' ? value : { kind: 'scalar', position: value.position, value: false, textOffset: undefined }
  return new Map([...map.entries].map(([key, entry]) => [key, { entry, scalar: scalarOf(entry) }]))
}

/** A key that kubectl, which reads YAML 1.1, turns into another one: `NO` into `false`, `010` into `8`. */
function mistakenKey({ entry }: ConfigEntry, key: string): ConfigValue | undefined {
  if (entry.isPlain !== true || !isMistakableWord(key)) return undefined
  const truth = truthOfWord(key)
  const message =
    truth === undefined
      ? 'a key is not text for Kubernetes, which may change it'
      : `the key ${key} is not text for Kubernetes, which reads it as ${String(truth)}`
  return { kind: 'fault', position: entry.position, code: 'key-not-text', message, hint: 'put the key in quotes' }
}

function textOf(scalar: YamlScalar, key: string): ConfigValue {
  const { position } = scalar
  // Kubernetes takes a key without a value for an empty text.
  const text = scalar.value === null ? '' : unmistakableText(scalar)
  if (text === undefined)
    return {
      kind: 'fault',
      position,
      code: 'wrong-type',
      message: `the value of ${key} is not text for Kubernetes`,
      hint: 'put it in quotes',
    }
  if (text.includes('\0'))
    return {
      kind: 'fault',
      position,
      code: 'nul-character',
      message: `the value of ${key} contains a NUL character, which an environment cannot hold`,
      hint: 'mount it as a file',
    }
  return { kind: 'value', value: text, position }
}

function decoded(text: string, key: string, position: Position): ConfigValue {
  const bare = text.replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) {
    return {
      kind: 'fault',
      position,
      code: 'not-base64',
      message: `the value of ${key} is not base64`,
      hint: 'encode it, or write it unchanged in stringData',
    }
  }
  const bytes = Buffer.from(bare, 'base64')
  const value = bytes.toString('utf8')
  if (!Buffer.from(value, 'utf8').equals(bytes))
    return {
      kind: 'fault',
      position,
      code: 'not-utf8',
      message: `the value of ${key} is not UTF-8 after decoding`,
      hint: 'mount it as a file',
    }
  if (value.includes('\0'))
    return {
      kind: 'fault',
      position,
      code: 'nul-character',
      message: `the value of ${key} contains a NUL character after decoding`,
      hint: 'mount it as a file',
    }
  return { kind: 'value', value, position }
}

/** An object that a container refers to, or why it is unknown. */
type Referred =
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
        hint: 'render it first, and name the output: kubectl kustomize FOLDER > rendered.yaml',
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
          ? `the ${kind} ${name} is made from the ${lookalike.kind} at ${formatPosition(lookalike.position)}, and exists only in the cluster`
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
    reason: `the ${second.kind} ${second.name} is defined at ${formatPosition(first!.position)} and at ${formatPosition(second.position)}`,
    hint: 'keep one of the two',
    isAmbiguous: true,
  }
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? 'in no namespace according to its manifest' : `of the namespace ${namespace}`
}
