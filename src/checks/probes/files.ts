import { opendir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../../base/errors.js'
import { withRegularFile } from '../../base/files/regular-file.js'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { matcherOf } from '../../base/text/name-pattern.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe } from '../../engine/probe.js'
import { pathRefusal, pathRefusals } from './file/path-refusal.js'

/** Files that are looked at; a folder with more of them is an error: what was not looked at is unknown. */
const mostFiles = 100_000
/** Seconds by which clocks differ, and a file may seem to be from the future. */
const clockTolerance = 60

const input = z.strictObject({
  folder: pathText().describe('the folder whose files are looked at; not those of folders in it'),
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !name.includes('/') && !name.includes('\0'), 'expected a name without a slash')
    .default('*')
    .describe('which of them: * is any text, ? is one character; names that begin with a dot only if it does'),
})

const facts = z.strictObject({
  exists: z.boolean().describe('whether there is such a folder, and it could be read'),
  refusal: z.enum(pathRefusals).describe('why the folder could not be read'),
  count: wholeNumber().describe('regular files with such a name; links count as what they lead to'),
  totalBytes: wholeNumber().describe('size of all of them'),
  leastBytes: wholeNumber().describe('size of the smallest; 0 without one'),
  newest: z.string().describe('name of the file that was changed last; empty without one'),
  newestAgeSeconds: wholeNumber().describe('seconds since then; the largest number there is without one'),
  newestBytes: wholeNumber().describe('its size'),
  newestReadable: z.boolean().describe('whether the user preflight runs as may read it'),
  oldest: z.string().describe('name of the file that was not changed for longest; empty without one'),
  oldestAgeSeconds: wholeNumber().describe('seconds since then; the largest number there is without one'),
  fromFuture: wholeNumber().describe(
    `files changed more than ${clockTolerance} seconds after now by this clock: neither the newest nor the oldest, since their age is unknown`,
  ),
})

const blank = blankOf(facts, {
  newestAgeSeconds: Number.MAX_SAFE_INTEGER,
  oldestAgeSeconds: Number.MAX_SAFE_INTEGER,
})

interface Found {
  readonly name: string
  readonly bytes: number
  readonly ageSeconds: number
}

export const probe = defineProbe({
  kind: 'files',
  title: 'the files of a folder',
  description:
    'Lists the regular files of a folder by a pattern of their names: how many, how large, the newest and the oldest. Reads no content. A file that disappears meanwhile is left out.',
  input,
  facts,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'there is a backup of the last day that can be read',
      input: { folder: '/var/backups/bus', name: '*.dump' },
      expect: 'facts.newestReadable && facts.newestBytes > 0 && facts.newestAgeSeconds < 86400',
    },
  ],
  needs: ({ folder }) => ({ files: [folder] }),
  async observe({ folder, name }, { signal }) {
    const place = resolve(folder)
    const names = await namesIn(place, matcherOf(name), signal).catch(pathRefusal)
    if (typeof names === 'string') return { ...blank, refusal: names }
    const now = Date.now()
    const found: Found[] = []
    for (const each of names) {
      signal.throwIfAborted()
      const seen = await stat(join(place, each)).catch(disappeared)
      if (seen?.isFile() !== true) continue
      found.push({ name: each, bytes: seen.size, ageSeconds: Math.floor((now - seen.mtimeMs) / 1000) })
    }
    const dated = found
      .filter(({ ageSeconds }) => ageSeconds >= -clockTolerance)
      .sort((one, other) => one.ageSeconds - other.ageSeconds || (one.name < other.name ? -1 : 1))
    const newest = dated[0]
    const oldest = dated.at(-1)
    return {
      ...blank,
      exists: true,
      count: found.length,
      totalBytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      leastBytes: found.length === 0 ? 0 : found.reduce((least, { bytes }) => Math.min(least, bytes), Infinity),
      fromFuture: found.length - dated.length,
      ...(newest === undefined || oldest === undefined
        ? {}
        : {
            newest: newest.name,
            newestAgeSeconds: Math.max(0, newest.ageSeconds),
            newestBytes: newest.bytes,
            newestReadable: await isReadable(join(place, newest.name)),
            oldest: oldest.name,
            oldestAgeSeconds: Math.max(0, oldest.ageSeconds),
          }),
    }
  },
})

async function namesIn(
  folder: string,
  isMeant: (name: string) => boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names: string[] = []
  for await (const entry of await opendir(folder)) {
    signal.throwIfAborted()
    if (!(entry.isFile() || entry.isSymbolicLink()) || !isMeant(entry.name)) continue
    names.push(entry.name)
    if (names.length > mostFiles) throw new Error(`more than ${mostFiles} files have such a name: narrow it down`)
  }
  return names
}

/** Opened, not asked: `access` answers for another user where a program runs with the rights of one. */
async function isReadable(path: string): Promise<boolean> {
  try {
    return await withRegularFile(path, { links: 'follow' }, () => Promise.resolve(true))
  } catch (thrown) {
    return pathRefusal(thrown) === 'none'
  }
}

/** A file that was there when the folder was read, or a link that leads nowhere. */
function disappeared(thrown: unknown): undefined {
  if (!['ENOENT', 'ELOOP', 'ENOTDIR'].includes(codeOf(thrown))) throw thrown
  return undefined
}
