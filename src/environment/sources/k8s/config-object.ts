import type { Position } from '../../../base/position.js'
import { nodeAt, type YamlEntry, type YamlScalar } from '../../../definitions/yaml-node.js'
import { isMistakableWord, truthOfWord, unmistakableText } from '../written-scalar.js'
import type { ClusterObject } from './manifests.js'

/** A value of a ConfigMap or Secret, or why it cannot be one. The reason quotes nothing of it. */
export type ConfigValue =
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
      ? 'a key is no text to Kubernetes, which may make another one of it'
      : `the key ${key} is no text to Kubernetes, which makes it ${String(truth)}`
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
      message: `the value of ${key} is no text to Kubernetes`,
      hint: 'put it in quotes',
    }
  if (text.includes('\0'))
    return {
      kind: 'fault',
      position,
      code: 'nul-character',
      message: `the value of ${key} holds a NUL character, which no environment can`,
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
      message: `the value of ${key} is no base64`,
      hint: 'encode it, or write it in stringData as it is',
    }
  }
  const bytes = Buffer.from(bare, 'base64')
  const value = bytes.toString('utf8')
  if (!Buffer.from(value, 'utf8').equals(bytes))
    return {
      kind: 'fault',
      position,
      code: 'not-utf8',
      message: `the value of ${key} is not UTF-8 once it is decoded`,
      hint: 'mount it as a file',
    }
  if (value.includes('\0'))
    return {
      kind: 'fault',
      position,
      code: 'nul-character',
      message: `the value of ${key} holds a NUL character once it is decoded`,
      hint: 'mount it as a file',
    }
  return { kind: 'value', value, position }
}
