import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { environmentSource, sourceFrom, type EnvironmentSource } from '../environment/environment-source.js'
import type { Diagnostic } from '../base/errors.js'
import type { GivenInput } from '../checks/load/resolve-inputs.js'
import { Problems, plainValue } from '../definitions/yaml-node.js'
import { reportIssues } from '../definitions/schema-problems.js'
import { readSourceFile } from '../definitions/source-file.js'

const name = () => z.string().refine((text) => text.trim() !== '', 'must not be blank')

/** `host:port`, an IPv6 address in brackets, or the absolute path of a unix socket. */
export const addressText = z
  .string()
  .regex(/^(?:\/.+|(?:\[[0-9A-Fa-f:.%]+\]|[^\s:[\]/]+):\d{1,5})$/, 'must be HOST:PORT, or the path of a unix socket')

/** The shape of `verify.yaml`: what a deploy step demands of what was judged. */
export const verifyPolicySchema = z
  .strictObject({
    deployment: name().optional().describe('the name of the deployment'),
    environment: z
      .union([
        z.literal('required').describe('the command line must give it'),
        z.strictObject({
          files: z
            .array(environmentSource)
            .min(1)
            .describe(
              'where the environment that is about to be deployed comes from, relative to this file; later sources win',
            ),
          'fingerprint-key': name()
            .optional()
            .describe('the key of the fingerprints, relative to this file; otherwise the command line must give it'),
        }),
      ])
      .optional()
      .describe('every variable must be equal to the judged one'),
    inputs: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .refine((inputs) => Object.keys(inputs).length > 0, 'must name an input')
      .optional()
      .describe('inputs of the packs, by system.name; by name: of each pack that has it'),
    waivers: z
      .union([
        z.literal('none'),
        z.strictObject({
          'signed-by': z
            .array(name())
            .min(1)
            .describe('fingerprints of keys (SHA256:…), or names of `signers` or of the demanded lock'),
          signers: name()
            .optional()
            .describe('an OpenSSH allowed-signers file, relative to this file, that names the owners of keys'),
        }),
      ])
      .optional()
      .describe('which waivers a go may rely on'),
    addresses: z.array(addressText).min(1).optional().describe('servers to which the run must have connected'),
  })
  .refine((policy) => Object.keys(policy).length > 0, 'must contain at least one requirement')

/** What a policy demands; paths are absolute. */
export interface VerifyPolicy {
  readonly deployment: string | undefined
  readonly environment:
    { readonly sources: readonly EnvironmentSource[]; readonly keyFile: string | undefined } | undefined
  readonly inputs: Readonly<Record<string, GivenInput>>
  readonly waivers:
    'none' | { readonly signedBy: readonly string[]; readonly signersFile: string | undefined } | undefined
  readonly addresses: readonly string[]
}

/**
 * Reads a policy, strictly.
 *
 * @param file its path, which positions show as it is given
 */
export async function loadVerifyPolicy(
  file: string,
): Promise<{ policy: VerifyPolicy | undefined; diagnostics: Diagnostic[] }> {
  const problems = new Problems()
  const root = await readSourceFile(file, file, problems)
  const parsed = root === undefined ? undefined : verifyPolicySchema.safeParse(plainValue(root))
  if (root !== undefined && parsed?.error !== undefined)
    reportIssues(parsed.error.issues, root, verifyPolicySchema, problems)
  const diagnostics = problems.sorted()
  if (parsed?.data === undefined || diagnostics.length > 0) return { policy: undefined, diagnostics }
  return { policy: settle(parsed.data, dirname(resolve(file))), diagnostics }
}

function settle(
  { deployment, environment, inputs = {}, waivers, addresses = [] }: z.output<typeof verifyPolicySchema>,
  folder: string,
): VerifyPolicy {
  const absolute = (path: string): string => resolve(folder, path)
  const key = typeof environment === 'object' ? environment['fingerprint-key'] : undefined
  return {
    deployment,
    environment:
      environment === undefined
        ? undefined
        : {
            sources:
              typeof environment === 'object' ? environment.files.map((source) => sourceFrom(source, absolute)) : [],
            keyFile: key === undefined ? undefined : absolute(key),
          },
    inputs: givenInputs(inputs),
    waivers:
      typeof waivers === 'object'
        ? {
            signedBy: waivers['signed-by'],
            signersFile: waivers.signers === undefined ? undefined : absolute(waivers.signers),
          }
        : waivers,
    addresses,
  }
}

const inputsFileSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .refine((inputs) => Object.keys(inputs).length > 0, 'must name an input')

/** Reads a file of inputs: `name: value` lines in YAML. */
export async function loadInputsFile(
  file: string,
): Promise<{ inputs: Readonly<Record<string, GivenInput>> | undefined; diagnostics: Diagnostic[] }> {
  const problems = new Problems()
  const root = await readSourceFile(file, file, problems)
  const parsed = root === undefined ? undefined : inputsFileSchema.safeParse(plainValue(root))
  if (root !== undefined && parsed?.error !== undefined)
    reportIssues(parsed.error.issues, root, inputsFileSchema, problems)
  const diagnostics = problems.sorted()
  return {
    inputs: parsed?.data === undefined || diagnostics.length > 0 ? undefined : givenInputs(parsed.data),
    diagnostics,
  }
}

function givenInputs(inputs: z.output<typeof inputsFileSchema>): Readonly<Record<string, GivenInput>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([input, value]) => [input, typeof value === 'object' ? value : String(value)]),
  )
}
