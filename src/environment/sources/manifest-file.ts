import type { Diagnostic } from '../../base/errors.js'
import { readManifest } from '../../definitions/document.js'
import { Problems, type YamlNode, type YamlScalar } from '../../definitions/yaml-node.js'
import { readSourceBytes, type SourceWording } from './read-environment.js'
import { decodeSource, type SourceText } from './env-source-text.js'

/** A YAML file of another program, with every document in it. */
export interface ManifestFile {
  readonly source: SourceText
  readonly roots: readonly YamlNode[]
  /** With any of these the roots are not to be used. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * @param tags that the other program knows @throws UsageError when there is no readable file of that name or it is over
 * 4 MiB
 */
export async function readManifestFile(
  path: string,
  wording: SourceWording,
  tags: readonly string[] = [],
): Promise<ManifestFile> {
  const { source, damage } = decodeSource(await readSourceBytes(path, wording), path, { byteOrderMark: 'dropped' })
  if (damage !== undefined) return { source, roots: [], diagnostics: [damage] }
  const problems = new Problems()
  const roots = readManifest(source.text, path, problems, tags)
  return { source, roots, diagnostics: problems.sorted() }
}

/** What YAML 1.1 takes for a truth value when it is without quotes, and YAML 1.2 for text. */
const oldTruth = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/

/**
 * Numbers that only YAML 1.1, or a reader between the two, takes for one: underscores, octal with a leading zero,
 * binary, prefixes in capitals.
 */
const oldNumber = /^[-+]?(?:0o?[0-7_]+|0b[01_]+|0x[\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?)$/i

/** What every YAML reader takes for a truth value or for nothing, and a number that has no digit before its point. */
const notText = /^(?:true|True|TRUE|false|False|FALSE|null|Null|NULL|~|[-+]?\.\d[\d_]*(?:[eE][-+]?\d+)?)$/

/** Whether some reader of YAML takes a word without quotes for a truth value, and which one Kubernetes makes of it. */
export function truthOfWord(word: string): boolean | undefined {
  if (/^(?:true|True|TRUE)$/.test(word)) return true
  if (/^(?:false|False|FALSE)$/.test(word)) return false
  return oldTruth.test(word) ? /^(?:y|on)/i.test(word) : undefined
}

/** Whether some reader of YAML takes a word without quotes for something other than text. */
export function isMistakableWord(word: string): boolean {
  return oldTruth.test(word) || oldNumber.test(word) || notText.test(word)
}

/**
 * Text that every YAML reader takes for text: what is in quotes or in a block, or is not a word or number of YAML 1.1.
 *
 * @returns the text; `undefined` when the scalar is a number, a truth value or nothing to some reader
 */
export function unmistakableText(scalar: YamlScalar): string | undefined {
  if (typeof scalar.value !== 'string') return undefined
  const isPlain = scalar.textOffset === 0
  return isPlain && (oldTruth.test(scalar.value) || oldNumber.test(scalar.value)) ? undefined : scalar.value
}

/**
 * The text of a number or truth value that a program turns back into text.
 *
 * @returns the text as it is written; `undefined` when it would come out differently (`1.10`, `0x1F`, `True`)
 */
export function writtenText({ value, position }: YamlScalar, source: SourceText): string | undefined {
  const text = String(value)
  const line = source.text.split('\n', position.line)[position.line - 1] ?? ''
  const rest = line.slice(position.column - 1)
  return rest.startsWith(text) && /^(?:[\s,\]}]|$)/.test(rest.slice(text.length)) ? text : undefined
}
