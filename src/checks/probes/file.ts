import type { Stats } from 'node:fs'
import { access, constants, lstat, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { anyJson, wholeNumber, blankOf } from '../../base/facts.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe } from '../../engine/probe.js'
import { readJson } from '../../net/http/web-facts.js'
import { pathRefusal, pathRefusals } from './file/path-refusal.js'
import { createHash } from 'node:crypto'
import { codeOf } from '../../base/errors.js'
import { openRegularFile } from '../../base/files/regular-file.js'

const input = z.strictObject({
  path: pathText().describe('the file or folder'),
  follow: z.boolean().default(false).describe('whether a symbolic link is followed instead of being observed itself'),
  hash: z.boolean().default(false).describe('whether to compute its SHA-256'),
  text: z.boolean().default(false).describe('whether to read its text'),
  json: z.boolean().default(false).describe('whether to read it as JSON'),
})

const kinds = ['none', 'file', 'folder', 'link', 'socket', 'pipe', 'device'] as const

const facts = z.strictObject({
  exists: z.boolean().describe('whether the path exists'),
  refusal: z.enum(pathRefusals).describe('why the path could not be read; a forbidden path may or may not exist'),
  kind: z.enum(kinds).describe('the kind of file'),
  size: wholeNumber().describe('bytes'),
  mode: z.string().describe('the permission bits in octal, such as 0640; empty if the path does not exist'),
  readable: z.boolean().describe('whether the user preflight runs as can read it'),
  writableByOthers: z.boolean().describe('whether users besides its owner and group may write to it'),
  readableByOthers: z.boolean().describe('whether users besides its owner and group may read it'),
  ownerUid: wholeNumber().describe("the owner's user id; -1 if the path does not exist"),
  ageSeconds: wholeNumber().describe('whole seconds since its content last changed'),
  head: z
    .string()
    .describe(
      'the first 8 bytes in hexadecimal, by which many formats are known; empty for an empty or unreadable file',
    ),
  sha256: z.string().describe('in hexadecimal, if requested and the file is readable and at most 256 MiB'),
  text: z.string().describe('if requested and the file is readable, UTF-8 and at most 64 KiB'),
  isJson: z.boolean().describe('if requested: such a text, and one JSON value'),
  json: anyJson().describe('that value; {} if it is not JSON'),
})
type FileFacts = z.output<typeof facts>

const nothing = blankOf(facts, {
  // Of what is not there nothing is known: the worst is assumed, so that no expectation passes on it.
  writableByOthers: true,
  readableByOthers: true,
  ownerUid: -1,
  ageSeconds: Number.MAX_SAFE_INTEGER,
})

export const probe = defineProbe({
  kind: 'file',
  title: 'a file or folder',
  description:
    'Observes a file or folder of this machine: its kind, its permissions, and on request its digest or its text. It opens the file to find out whether it can be read.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a module that can be loaded',
      input: { path: '/srv/policy.wasm', follow: true },
      expect: 'facts.kind == "file" && facts.readable && facts.head.startsWith("0061736d")',
    },
    {
      title: 'a key that only its owner and group can read',
      input: { path: '/etc/app/key.pem' },
      expect: 'facts.exists && !facts.readableByOthers && !facts.writableByOthers',
    },
    {
      title: 'a figure that another program wrote down',
      input: { path: '/var/lib/app/figures.json', follow: true, json: true },
      expect: 'facts.isJson && has(facts.json.p99_ms) && facts.json.p99_ms < 5.0',
    },
  ],
  needs: ({ path }) => ({ files: [path] }),
  async observe({ path, follow, hash, text, json }, { signal }) {
    const place = resolve(path)
    const found = await (follow ? stat(place) : lstat(place)).catch(pathRefusal)
    if (typeof found === 'string') return { ...nothing, refusal: found }
    const kind = kindOf(found)
    const content =
      kind === 'file'
        ? await readContent(place, { hash, text: text || json }, signal)
        : { readable: kind !== 'link' && (await isReadable(place)) }
    const read = { ...nothing, ...statFacts(found), kind, ...content }
    return { ...read, text: text ? read.text : '', ...(json ? jsonFacts(read.text) : {}) }
  },
})

function jsonFacts(text: string): Pick<FileFacts, 'isJson' | 'json'> {
  const { isJson, json } = readJson(text)
  return { isJson, json }
}

function statFacts(found: Stats): Partial<FileFacts> {
  return {
    exists: true,
    size: found.size,
    mode: (found.mode & 0o7777).toString(8).padStart(4, '0'),
    writableByOthers: !found.isSymbolicLink() && (found.mode & 0o002) !== 0,
    readableByOthers: !found.isSymbolicLink() && (found.mode & 0o004) !== 0,
    ownerUid: found.uid,
    ageSeconds: Math.max(0, Math.floor((Date.now() - found.mtimeMs) / 1000)),
  }
}

function kindOf(found: Stats): FileFacts['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  if (found.isSymbolicLink()) return 'link'
  if (found.isSocket()) return 'socket'
  return found.isFIFO() ? 'pipe' : 'device'
}

/** Of what cannot be opened without a side effect (a pipe, a device), the system's own answer has to do. */
function isReadable(place: string): Promise<boolean> {
  return access(place, constants.R_OK).then(
    () => true,
    () => false,
  )
}

/** In bytes. */
const longestContent = 64 * 1024
const longestHashed = 256 * 1024 * 1024

/** Bytes by which a format is known. */
const headLength = 8

interface FileContent {
  readonly readable: boolean
  /** In hexadecimal. */
  readonly head: string
  readonly sha256: string
  readonly text: string
}

/**
 * Opens a regular file, which shows better than its mode whether it may be read, and takes from it what is wanted.
 *
 * What is over its bound is left out as a whole: the head of a text could end in half a secret.
 */
async function readContent(
  path: string,
  wanted: { readonly hash: boolean; readonly text: boolean },
  signal: AbortSignal,
): Promise<FileContent> {
  const opened = await openRegularFile(path, { links: 'follow' }).catch((error: unknown) => {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(codeOf(error))) return undefined
    throw error
  })
  if (opened === undefined) return { readable: false, head: '', sha256: '', text: '' }
  const { handle: file, status } = opened
  try {
    const { size } = status
    const first = await file.read(Buffer.alloc(headLength), 0, headLength, 0)
    const head = first.buffer.subarray(0, first.bytesRead).toString('hex')
    const isWanted = { hash: wanted.hash && size <= longestHashed, text: wanted.text && size <= longestContent }
    if (!isWanted.hash && !isWanted.text) return { readable: true, head, sha256: '', text: '' }

    const hash = createHash('sha256')
    const chunks: Buffer[] = []
    // A stream of a file handle that is given an aborted signal raises its error once more, past everybody who could
    // catch it.
    signal.throwIfAborted()
    for await (const chunk of file.createReadStream({ autoClose: false, start: 0, end: longestHashed - 1, signal })) {
      hash.update(chunk as Buffer)
      if (isWanted.text) chunks.push(chunk as Buffer)
    }
    return {
      readable: true,
      head,
      sha256: isWanted.hash ? hash.digest('hex') : '',
      text: decoded(Buffer.concat(chunks)),
    }
  } finally {
    await file.close()
  }
}

/** Nothing, where the bytes are not text. */
function decoded(bytes: Buffer): string {
  if (bytes.length > longestContent) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return ''
  }
}
