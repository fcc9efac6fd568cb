import { z } from 'zod'

const sha256 = () => z.string().regex(/^[0-9a-f]{64}$/)

const inputValue = z.union([z.string(), z.array(z.string())])

const inputSchema = z.strictObject({
  system: z.string(),
  name: z.string(),
  value: inputValue
    .nullable()
    .describe('as it is given on the command line; null where it may hold or tell of a secret'),
  given: z.boolean().describe("whether the deployment gives it; else it is the pack's default"),
})
export type JudgedInput = Readonly<z.infer<typeof inputSchema>>

const addressSchema = z.strictObject({
  address: z.string().describe('as it was named: host:port, or the path of a unix socket'),
  peers: z.array(z.string()).describe('where the name led: ip:port'),
  certificates: z.array(sha256()).describe('sha256 of the certificates by which the server made itself known'),
})
export type ContactedAddress = Readonly<z.infer<typeof addressSchema>>

const fingerprintsSchema = z.strictObject({
  keyId: z.string().describe('tells keys apart, and nothing else of them'),
  environment: sha256().describe('HMAC-SHA256 of all variables'),
  variables: z
    .array(z.strictObject({ name: z.string(), hmac: sha256() }))
    .describe('by name; one whose name may hold a secret itself is left out'),
  inputs: z.array(z.strictObject({ system: z.string(), name: z.string(), hmac: sha256() })),
})
export type Fingerprints = Readonly<z.infer<typeof fingerprintsSchema>>

/**
 * What was judged, besides the checks: enough for who deploys later to tell whether it is the same. Nothing in it is
 * secret.
 */
export const runContextSchema = z.strictObject({
  tool: sha256().describe('sha256 of the list of the files of preflight, as sha256sum writes it'),
  deploymentFile: sha256().nullable().describe('sha256; null where there is none'),
  packs: z
    .array(z.strictObject({ system: z.string(), digest: sha256() }))
    .describe('sha256 over the definitions of each pack'),
  inputs: z.array(inputSchema).describe('those that the selected checks read'),
  waivers: z
    .strictObject({ digest: sha256(), file: z.string() })
    .nullable()
    .describe('the waiver file; null where none was read'),
  variables: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .describe('those that every pack calls public, by name'),
  addresses: z.array(addressSchema).describe('to which a connection stood'),
  servers: z
    .array(z.strictObject({ name: z.string(), version: z.string(), check: z.string() }))
    .describe('what servers said they are'),
  fingerprints: fingerprintsSchema.nullable().describe('null without a fingerprint key'),
})
export type RunContext = Readonly<z.infer<typeof runContextSchema>>
