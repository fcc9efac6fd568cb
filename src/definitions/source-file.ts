import { codeOf } from '../base/errors.js'
import { readRegularFile } from '../base/files/regular-file.js'
import { builtInDocument } from './built-in-documents.js'
import { readYamlDocument } from './document.js'
import { Problems } from './problems.js'
import type { YamlNode } from './yaml-node.js'

/** A quarter of a megabyte: no hand-written definition file comes near it. */
const largestFile = 262_144

/**
 * Reads a definition file from disk.
 *
 * @param path where it is
 * @param file how it is called in positions
 * @returns its root, or `undefined` when it cannot be read at all; the reason is reported
 */
export async function readSourceFile(path: string, file: string, problems: Problems): Promise<YamlNode | undefined> {
  return parseSource(await sourceBytes(path), file, problems)
}

/** @returns the bytes of a definition file, or why they cannot be had: `cannot be read (ENOENT)` */
export function sourceBytes(path: string): Promise<Uint8Array | string> {
  return readRegularFile(path, { links: 'follow', most: largestFile }).catch(
    (error: unknown) => unfit[codeOf(error)] ?? `cannot be read (${codeOf(error) || 'unknown reason'})`,
  )
}

const unfit: Readonly<Record<string, string>> = {
  'not-regular': 'is not a regular file',
  'too-large': `is larger than ${largestFile} bytes`,
}

/** The same for bytes that were read before, or what kept them from being read. */
export function parseSource(content: Uint8Array | string, file: string, problems: Problems): YamlNode | undefined {
  const text = typeof content === 'string' ? undefined : decode(content)
  if (text === undefined) {
    problems.report(
      { file, line: 1, column: 1 },
      'unreadable-file',
      `the file ${typeof content === 'string' ? content : 'is not UTF-8'}`,
    )
    return undefined
  }
  return readAnew(text, file, problems)
}

/**
 * Documents without a mistake, by the name of their file: every guard of a runbook reads the packs again, and parsing
 * is half of that.
 */
const remembered = new Map<string, { readonly text: string; readonly root: YamlNode }>()
const mostRemembered = 500

/** Parses a text, unless it is what the file held before. */
function readAnew(text: string, file: string, problems: Problems): YamlNode | undefined {
  const before = remembered.get(file)
  if (before?.text === text) return before.root
  const own = new Problems()
  const root = builtInDocument(text, file) ?? readYamlDocument(text, file, own)
  for (const { position, code, message, hint } of own.found()) problems.report(position, code, message, hint)
  if (root === undefined || own.count > 0) return root
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(file, { text, root })
  return root
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
