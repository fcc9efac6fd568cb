import { codeOf } from '../base/errors.js'
import { readRegularFile } from '../base/files/regular-file.js'
import { builtInDocument } from './built-in-documents.js'
import { readYamlDocument } from './document.js'
import { Problems, type YamlNode } from './yaml-node.js'

/** 4 MiB: some 10,000 checks, if a program writes them. No file that is written by hand comes near it. */
const largestFile = 4 * 1024 * 1024

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
 * is half of that. Large ones are let go, since their nodes take twenty times their text.
 */
const remembered = new Map<string, { readonly text: string; readonly root: YamlNode }>()
const mostRemembered = 500

/** UTF-16 units of the longest text that is remembered, and of all together: three times the built-in packs. */
const longestRemembered = 100_000
const mostText = 1_000_000
let rememberedText = 0

/** Parses a text, unless it is what the file held before. */
function readAnew(text: string, file: string, problems: Problems): YamlNode | undefined {
  const before = remembered.get(file)
  if (before?.text === text) return before.root
  const own = new Problems()
  const root = builtInDocument(text, file) ?? readYamlDocument(text, file, own)
  for (const { position, code, message, hint } of own.found()) problems.report(position, code, message, hint)
  if (root === undefined || own.count > 0) return root
  remember(file, text, root)
  return root
}

function remember(file: string, text: string, root: YamlNode): void {
  rememberedText -= remembered.get(file)?.text.length ?? 0
  remembered.delete(file)
  if (text.length > longestRemembered) return
  if (remembered.size >= mostRemembered || rememberedText + text.length > mostText) {
    remembered.clear()
    rememberedText = 0
  }
  remembered.set(file, { text, root })
  rememberedText += text.length
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
