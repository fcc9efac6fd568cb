import type { Diagnostic } from '../../base/position.js'
import { readManifest } from '../../definitions/document.js'
import { Problems } from '../../definitions/problems.js'
import type { YamlNode } from '../../definitions/yaml-node.js'
import { readSourceBytes, type SourceWording } from './read-bytes.js'
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
