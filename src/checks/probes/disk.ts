import { access, constants, statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { wholeNumber, blankOf } from '../../base/facts.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe } from '../../engine/probe.js'
import { pathRefusal, pathRefusals } from './file/path-refusal.js'

const input = z.strictObject({
  path: pathText().describe('a file or folder on the file system in question'),
})

const facts = z.strictObject({
  exists: z.boolean().describe('whether the path exists'),
  refusal: z.enum(pathRefusals).describe('why the path could not be read'),
  writable: z
    .boolean()
    .describe('whether the user preflight runs as may write there; false on a read-only file system'),
  totalBytes: wholeNumber().describe('size of the file system'),
  freeBytes: wholeNumber().describe('bytes that users other than root can still fill'),
  freePercent: z.number().describe('the same as a share of the total, 0 to 100'),
  inodesTotal: wholeNumber().describe('files it can hold; 0 if the file system does not count files'),
  inodesFree: wholeNumber().describe('files it can still take; 0 if the file system does not count files'),
  inodesFreePercent: z.number().describe('the same as a share, 0 to 100; 100 if the file system does not count files'),
})

const nothing = blankOf(facts)

export const probe = defineProbe({
  kind: 'disk',
  title: 'free space of a file system',
  description: 'Reads how many bytes and files the file system of a path can still take. Writes nothing.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a tenth is free',
      input: { path: '/var/lib' },
      expect: 'facts.writable && facts.freePercent >= 10.0 && facts.inodesFreePercent >= 10.0',
    },
  ],
  needs: ({ path }) => ({ files: [path] }),
  async observe({ path }) {
    const place = resolve(path)
    const found = await statfs(place).catch(pathRefusal)
    if (typeof found === 'string') return { ...nothing, refusal: found }
    return {
      ...nothing,
      exists: true,
      writable: await access(place, constants.W_OK).then(
        () => true,
        () => false,
      ),
      totalBytes: found.blocks * found.bsize,
      freeBytes: found.bavail * found.bsize,
      freePercent: share(found.bavail, found.blocks),
      inodesTotal: found.files,
      inodesFree: found.ffree,
      inodesFreePercent: found.files === 0 ? 100 : share(found.ffree, found.files),
    }
  },
})

/** 0 for a file system of no size (`/proc`): nothing can be put there. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100
}
