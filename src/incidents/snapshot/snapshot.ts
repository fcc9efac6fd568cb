import { z } from 'zod'
import { valueShapes } from '../../redaction/value-shape.js'
import { exposures } from '../../base/vocabulary.js'
import { readDocument } from '../../base/files/read-document.js'

/** The buckets of `lengthBucket`, in bytes of UTF-8. */
const lengthBuckets = ['0', '1-7', '8-15', '16-31', '32-63', '64-127', '128+'] as const

const variableSchema = z.strictObject({
  name: z.string().describe('its name; [redacted] and a fingerprint if the name itself may contain a secret'),
  exposure: z
    .enum(exposures)
    .nullable()
    .describe('the strictest exposure that a pack declares; null: no pack declares it'),
  state: z.enum(['set', 'empty', 'unset']).describe('unset: a pack declares it, but the environment does not have it'),
  value: z
    .string()
    .nullable()
    .describe('only if every pack declares it public and the value has the form of a public one'),
  bytes: z.enum(lengthBuckets).nullable().describe('the length of a hidden value'),
  shape: z.enum(valueShapes).nullable().describe('the kind of a hidden value'),
  fingerprint: z.string().nullable().describe('of a hidden value, with the key of this snapshot'),
})

export type SnapshotVariable = z.infer<typeof variableSchema>

const repositorySchema = z.strictObject({
  commit: z.string(),
  branch: z.string().nullable().describe('null when no branch is checked out'),
  dirty: z.boolean().describe('a tracked file differs from the commit'),
  changed: z
    .array(z.strictObject({ state: z.string().describe("git's two letters: ' M', '??'"), file: z.string() }))
    .describe('the first changed files'),
  omitted: z.int().min(0).describe('how many more changed files there are'),
})

const serverSchema = z.strictObject({
  name: z.string().describe('the name that the server reports, or the kind of probe that observed it'),
  version: z.string(),
  check: z.string().describe('the check that observed it'),
})

/** What a deployment was made of at one moment, without a secret: schemaVersion 1. */
export const snapshotSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('preflight'), version: z.string() }),
  takenAt: z.string().describe('ISO-8601'),
  deployment: z.string().nullable(),
  profile: z.string(),
  host: z.string(),
  node: z.string().describe('the version of Node that preflight runs on'),
  system: z.strictObject({ distribution: z.string(), kernel: z.string(), architecture: z.string() }),
  definitionsDigest: z.string(),
  repository: repositorySchema.nullable().describe("the deployment's checkout; null when there is none"),
  result: z
    .strictObject({ runId: z.string(), finishedAt: z.string().nullable() })
    .nullable()
    .describe('the run that the servers come from; null: none was given'),
  servers: z.array(serverSchema),
  key: z
    .strictObject({ kind: z.enum(['random', 'file']), id: z.string() })
    .describe('the key of the fingerprints; two snapshots can be compared if the ids are equal'),
  sources: z.array(z.string()).describe('where the environment was read from'),
  variables: z.array(variableSchema).describe('by name'),
})

export type Snapshot = z.infer<typeof snapshotSchema>

const snapshot = {
  noun: 'snapshot',
  schema: snapshotSchema,
  hint: 'a snapshot is what `preflight snapshot --output FILE` writes',
} as const

/** @throws DocumentUnreadableError */
export async function readSnapshot(path: string): Promise<Snapshot> {
  return readDocument(path, snapshot)
}
