import { shownPath } from '../../base/files/shown-path.js'
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { parseDuration } from '../../base/time/duration.js'
import { environmentSource, sourceFrom, type EnvironmentSource } from '../../environment/environment-source.js'
import type { Diagnostic } from '../../base/errors.js'
import { concurrencyBounds } from '../../base/vocabulary.js'
import { segmentPattern } from './definition-schema.js'
import { durationSchema } from './duration-schema.js'
import { configuredInputs, configuredInputSchema, type ConfiguredInput } from './configured-inputs.js'
import { Problems, plainValue, type YamlNode } from '../../definitions/yaml-node.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'
import { parseSource, sourceBytes } from '../../definitions/source-file.js'
import { judgePackNames } from './shipped-packs.js'

const name = () => z.string().refine((text) => text.trim() !== '', 'must not be blank')

/** Milliseconds, for a command that names no time limit. */
const defaultCommandTimeout = 10_000

const word = () =>
  z
    .string()
    .max(100_000)
    .refine((text) => !text.includes('\0'), 'must not hold a NUL character')

const command = z.strictObject({
  name: z
    .string()
    .max(60)
    .regex(segmentPattern, 'must be lower-case letters, digits and single hyphens')
    .describe('the name of its file in the bundle'),
  run: z
    .array(word())
    .min(1)
    .max(1000)
    .refine(([program]) => program?.trim() !== '', 'must name a program as its first word')
    .describe('the program and its arguments, passed unchanged, without a shell. It runs in the folder of this file'),
  timeout: durationSchema.optional().describe('maximum run time; default 10s'),
})

/** Reports each duplicate value, at its place. */
function eachOnce<Item>(key: (item: Item) => string, path: readonly string[]) {
  return (items: readonly Item[], context: z.core.$RefinementCtx): void => {
    items.forEach((item, index) => {
      if (items.findIndex((other) => key(other) === key(item)) < index)
        context.addIssue({ code: 'custom', path: [index, ...path], message: 'duplicate: list it once' })
    })
  }
}

/** The `incident` section of a deployment file. */
const incidentSchema = z.strictObject({
  logs: z
    .array(word().refine((path) => path.trim() !== '', 'must not be blank'))
    .min(1)
    .max(50)
    .superRefine(eachOnce((path) => path, []))
    .optional()
    .describe('log files whose last lines are gathered; paths relative to this file'),
  commands: z
    .array(command)
    .min(1)
    .max(50)
    .superRefine(eachOnce(({ name }) => name, ['name']))
    .optional()
    .describe('commands whose output is gathered; they must not change anything'),
})

/** What a deployment adds to what its packs gather. */
export interface IncidentConfiguration {
  /** Absolute paths. */
  readonly logs: readonly string[]
  readonly commands: readonly IncidentCommand[]
}

interface IncidentCommand {
  /** A segment, unique among the commands. */
  readonly name: string
  readonly run: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
  /** The absolute path it runs in: the deployment file's. */
  readonly folder: string
}

/** @param folder absolute, the deployment file's */
function settleIncident(read: z.output<typeof incidentSchema> | undefined, folder: string): IncidentConfiguration {
  return {
    logs: (read?.logs ?? []).map((path) => resolve(folder, path)),
    commands: (read?.commands ?? []).map(({ name, run, timeout }) => ({
      name,
      run,
      timeout: timeout === undefined ? defaultCommandTimeout : parseDuration(timeout)!,
      folder,
    })),
  }
}

/** The shape of `preflight.yaml`: what a deployment says once instead of on every command line. */
export const configurationSchema = z.strictObject({
  deployment: name().optional().describe('the name of the deployment in reports'),
  profile: name().optional().describe('the profile to check; default prod'),
  select: z.array(name()).min(1).optional().describe('what a run without selectors selects: ids or path prefixes'),
  gates: z
    .boolean()
    .optional()
    .describe(
      'whether the gates run: the checks that build and test the checkout; false leaves them out, and every report says so',
    ),
  packs: z
    .array(name())
    .superRefine(eachOnce((pack) => pack, []))
    .optional()
    .describe(
      'the built-in packs that are used, with their checks, runbooks and alerts; [] for none; default: all that ship',
    ),
  checks: z.array(name()).min(1).optional().describe('more folders with packs, relative to this file'),
  runbooks: z.array(name()).min(1).optional().describe('more folders with runbooks, relative to this file'),
  alerts: z.array(name()).min(1).optional().describe('more folders with alerts, relative to this file'),
  environment: z
    .array(environmentSource)
    .min(1)
    .optional()
    .describe('where the environment under test comes from, relative to this file; later sources win'),
  inputs: z
    .record(z.string(), configuredInputSchema)
    .optional()
    .describe(
      'inputs of the packs, by system.name, or by name while only one pack has it; ${{ env.NAME }} is a variable of the environment under test',
    ),
  'docs-url': z
    .string()
    .regex(/^https?:\/\/\S+\/$/, 'must be an http or https URL that ends with /')
    .optional()
    .describe('where the pages are that checks name by a path; reports then link to them'),
  'known-secrets': name().optional().describe('a file of leaked secrets, one per line, relative to this file'),
  concurrency: z
    .int()
    .min(concurrencyBounds.least)
    .max(concurrencyBounds.most)
    .optional()
    .describe('maximum number of checks that run at the same time'),
  timeout: durationSchema.optional().describe('maximum time per attempt; caps the time limits of the checks'),
  deadline: durationSchema.optional().describe('maximum time of the whole run'),
  incident: incidentSchema
    .optional()
    .describe('what an incident bundle gathers for this deployment, in addition to what its packs name'),
  waivers: z
    .strictObject({
      file: name().optional().describe('the waiver file, relative to this file'),
      signers: name()
        .optional()
        .describe(
          'an OpenSSH allowed-signers file, relative to this file: a waiver file counts only when one of them signed it',
        ),
    })
    .refine(({ file, signers }) => file !== undefined || signers !== undefined, 'must name a file, signers or both')
    .optional()
    .describe('approved exceptions'),
})

/** A deployment's settings; paths are absolute, durations milliseconds, what was left out `undefined`. */
export interface Configuration {
  /** The path of the file as it was given. */
  readonly file: string
  /** sha256 (hex) of the file as it was read; `null` where there is none. */
  readonly digest: string | null
  /** What it says, with the place of everything; `undefined` where there is none. */
  readonly root: YamlNode | undefined
  readonly deployment: string | undefined
  readonly profile: string | undefined
  readonly select: readonly string[] | undefined
  /** Whether the gates run; `undefined` where the file does not say. */
  readonly gates: boolean | undefined
  /** The built-in packs in use; `undefined` for all that ship. */
  readonly packs: readonly string[] | undefined
  readonly checks: readonly string[]
  readonly runbooks: readonly string[]
  readonly alerts: readonly string[]
  /** Where the environment under test comes from. */
  readonly environment: readonly EnvironmentSource[]
  readonly inputs: Readonly<Record<string, ConfiguredInput>>
  readonly docsUrl: string | undefined
  readonly knownSecrets: string | undefined
  readonly concurrency: number | undefined
  readonly timeout: number | undefined
  readonly deadline: number | undefined
  readonly incident: IncidentConfiguration
  readonly waivers: { readonly file: string | undefined; readonly signers: string | undefined }
}

/**
 * Reads a deployment's `preflight.yaml`, strictly. Profiles, selectors and input names are judged by those who know
 * them.
 *
 * @param file its path, which positions show as it is given
 */
export async function loadConfiguration(
  file: string,
): Promise<{ configuration: Configuration | undefined; diagnostics: Diagnostic[] }> {
  const problems = new Problems()
  const bytes = await sourceBytes(file)
  const root = parseSource(bytes, file, problems)
  const parsed = root === undefined ? undefined : judgeBySchema(configurationSchema, plainValue(root))
  if (root !== undefined && parsed?.error !== undefined)
    reportIssues(parsed.error.issues, root, configurationSchema, problems)
  if (root === undefined || parsed?.data === undefined)
    return { configuration: undefined, diagnostics: problems.sorted() }
  const folder = dirname(resolve(file))
  await judgePackNames(parsed.data.packs ?? [], root, problems)
  const inputs = configuredInputs(parsed.data.inputs, root, folder, problems)
  const diagnostics = problems.sorted()
  if (diagnostics.length > 0) return { configuration: undefined, diagnostics }
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { configuration: { file, digest, root, inputs, ...settle(parsed.data, folder) }, diagnostics }
}

function settle(
  read: z.output<typeof configurationSchema>,
  folder: string,
): Omit<Configuration, 'file' | 'digest' | 'root' | 'inputs'> {
  const absolute = (path: string): string => resolve(folder, path)
  const optional = (path: string | undefined): string | undefined => (path === undefined ? undefined : absolute(path))
  return {
    deployment: read.deployment,
    profile: read.profile,
    select: read.select,
    gates: read.gates,
    packs: read.packs,
    checks: (read.checks ?? []).map(absolute),
    runbooks: (read.runbooks ?? []).map(absolute),
    alerts: (read.alerts ?? []).map(absolute),
    environment: (read.environment ?? []).map((source) => sourceFrom(source, (path) => shownPath(absolute(path)))),
    docsUrl: read['docs-url'],
    knownSecrets: optional(read['known-secrets']),
    concurrency: read.concurrency,
    timeout: read.timeout === undefined ? undefined : parseDuration(read.timeout),
    deadline: read.deadline === undefined ? undefined : parseDuration(read.deadline),
    incident: settleIncident(read.incident, folder),
    waivers: { file: optional(read.waivers?.file), signers: optional(read.waivers?.signers) },
  }
}
