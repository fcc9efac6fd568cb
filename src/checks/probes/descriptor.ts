import { blankOf } from '../../base/facts.js'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { IFileDescriptorSet } from 'protobufjs/ext/descriptor.js'
import { z } from 'zod'
import { readRegularFile } from '../../base/files/regular-file.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe } from '../../engine/probe.js'
import { pathRefusal, pathRefusals } from './file/path-refusal.js'

/** Bytes: a descriptor set of a thousand messages stays far below. */
const largest = 16 * 1024 * 1024

/** Names kept as facts. */
const mostNames = 1000

const input = z.strictObject({
  path: pathText().describe('the file with the descriptor set'),
})

const facts = z.strictObject({
  exists: z.boolean().describe('whether the file exists'),
  refusal: z.enum([...pathRefusals, 'not-a-file', 'too-large']).describe('why it could not be read'),
  readable: z.boolean().describe('whether the user preflight runs as can read it'),
  parsable: z
    .boolean()
    .describe('whether it is a FileDescriptorSet (protobuf, descriptor.proto) with at least one file in it'),
  messages: z.array(z.string()).describe('full names of its top-level messages, at most 1000'),
})

const nothing = blankOf(facts)

/** Full names of the top-level messages; `undefined` where the bytes are not a descriptor set. */
async function messageNames(bytes: Uint8Array): Promise<readonly string[] | undefined> {
  const { default: descriptor } = await import('protobufjs/ext/descriptor.js')
  let files: NonNullable<IFileDescriptorSet['file']>
  try {
    files =
      (descriptor.FileDescriptorSet.toObject(descriptor.FileDescriptorSet.decode(bytes))['file'] as
        typeof files | undefined) ?? []
  } catch {
    // Whatever the decoder says of the bytes: they are not a descriptor set.
    return undefined
  }
  if (files.length === 0) return undefined
  return files.flatMap((file) =>
    (file.messageType ?? []).map(({ name }) =>
      [file.package ?? '', name ?? ''].filter((part) => part !== '').join('.'),
    ),
  )
}

/** Looks into a compiled protobuf schema. */
export const probe = defineProbe({
  kind: 'descriptor',
  title: 'protobuf descriptor set',
  description:
    'Reads a compiled protobuf schema (what `protoc --descriptor_set_out` writes) from a file of this machine and lists the messages that it describes. A service that validates against such a file validates nothing, or refuses to start, when the file is the wrong one.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'the schema has the message',
      input: { path: '/srv/app/schema.desc' },
      expect: 'facts.parsable && "app.v1.Envelope" in facts.messages',
    },
  ],
  needs: ({ path }) => ({ files: [path] }),
  async observe({ path }) {
    const place = resolve(path)
    const found = await stat(place).catch(pathRefusal)
    if (typeof found === 'string') return { ...nothing, refusal: found }
    if (!found.isFile()) return { ...nothing, exists: true, refusal: 'not-a-file' as const }
    if (found.size > largest) return { ...nothing, exists: true, refusal: 'too-large' as const }
    const bytes = await readRegularFile(place, { links: 'follow', most: largest }).catch(pathRefusal)
    if (typeof bytes === 'string') return { ...nothing, exists: true, refusal: bytes }
    const names = await messageNames(bytes)
    return {
      ...nothing,
      exists: true,
      readable: true,
      parsable: names !== undefined,
      messages: (names ?? []).slice(0, mostNames),
    }
  },
})
