import { resolve } from 'node:path'
import { z } from 'zod'
import { parseDuration } from '../../base/time/duration.js'
import { durationSchema, segmentPattern } from './definition-schema.js'

/** Milliseconds, for a command that names no time limit. */
export const defaultCommandTimeout = 10_000

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
    .describe('what its file in the bundle is called'),
  run: z
    .array(word())
    .min(1)
    .max(1000)
    .refine(([program]) => program?.trim() !== '', 'must name a program as its first word')
    .describe(
      'the program and its arguments, handed over as they are: there is no shell. It runs in the folder of this file',
    ),
  timeout: durationSchema.optional().describe('how long it may run; 10s when left out'),
})

/** Reports each value that stands a second time, at its place. */
function eachOnce<Item>(key: (item: Item) => string, path: readonly string[]) {
  return (items: readonly Item[], context: z.core.$RefinementCtx): void => {
    items.forEach((item, index) => {
      if (items.findIndex((other) => key(other) === key(item)) < index)
        context.addIssue({ code: 'custom', path: [index, ...path], message: 'must not stand twice' })
    })
  }
}

/** The `incident` section of a deployment file. */
export const incidentSchema = z.strictObject({
  logs: z
    .array(word().refine((path) => path.trim() !== '', 'must not be blank'))
    .min(1)
    .max(50)
    .superRefine(eachOnce((path) => path, []))
    .optional()
    .describe('log files whose ends are gathered, relative to this file'),
  commands: z
    .array(command)
    .min(1)
    .max(50)
    .superRefine(eachOnce(({ name }) => name, ['name']))
    .optional()
    .describe('commands whose output is gathered; they must only look'),
})

/** What a deployment adds to what its packs gather. */
export interface IncidentConfiguration {
  /** Absolute paths. */
  readonly logs: readonly string[]
  readonly commands: readonly IncidentCommand[]
}

export interface IncidentCommand {
  /** A segment, unique among the commands. */
  readonly name: string
  readonly run: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
  /** The absolute path it runs in: the deployment file's. */
  readonly folder: string
}

/** @param folder absolute, the deployment file's */
export function settleIncident(
  read: z.output<typeof incidentSchema> | undefined,
  folder: string,
): IncidentConfiguration {
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
