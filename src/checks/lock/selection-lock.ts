import { z } from 'zod'
import type { Position } from '../../base/errors.js'
import { stages } from '../../base/vocabulary.js'
import { placePath } from '../../base/text/place-path.js'

const digest = () => z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in lower-case hexadecimal digits')

/**
 * What was asked for, as written on the command line: no selector means whatever the deployment file or the packs
 * select.
 */
const askedSelectionSchema = z.strictObject({
  selectors: z.array(z.string()),
  stages: z.array(z.enum(stages)),
  skip: z.array(z.string()),
  phase: z.enum(['all', 'before-start', 'after-start']),
  gates: z.boolean().optional().describe('--gates or --no-gates; absent where the command line says neither'),
})

export type AskedSelection = Readonly<z.infer<typeof askedSelectionSchema>>

/** The format of before: it says nothing of waivers and inputs. */
const firstFormat = z.strictObject({
  schemaVersion: z.literal(1),
  profile: z.string(),
  selection: askedSelectionSchema,
  definitionsDigest: digest(),
  checks: z.record(z.string(), digest()),
})

/** Characters, and stars among them, that a rule may have: what matches it is bounded. */
const longestRule = 200

const mostStars = 8

/** Why a text is not a rule for an input; `undefined` when it is one. */
export function ruleComplaint(rule: string): string | undefined {
  if (rule === '') return 'must not be empty'
  if (rule.length > longestRule) return `must not be longer than ${longestRule} characters`
  return rule.split('*').length - 1 > mostStars ? `must not have more than ${mostStars} stars` : undefined
}

/** A line of an allowed-signers file: ssh-keygen reads it unchanged, so it holds one line. */
const signerLine = z
  .string()
  .regex(/^[^\u0000-\u0008\u000A-\u001F\u007F]+$/, 'must be one line of an allowed-signers file')

const lockedWaiversSchema = z.union([
  z.strictObject({ signers: z.array(signerLine) }),
  z.strictObject({ unsigned: z.literal(true), file: z.string().min(1).nullable() }),
])

const text = z.union([z.string(), z.array(z.string())])

const lockedInputSchema = z.union([
  z.strictObject({ value: text, template: z.literal(true).optional() }),
  z.strictObject({
    rule: z.string().superRefine((rule, context) => {
      const complaint = ruleComplaint(rule)
      if (complaint !== undefined) context.addIssue(`a rule ${complaint}`)
    }),
  }),
  z.strictObject({ default: z.literal(true) }),
  z.strictObject({ secret: z.string().min(1), template: z.literal(true).optional() }),
])

/** What a lock holds of a deployment besides its checks, as it is in the file. */
const lockDemandsSchema = z.strictObject({
  deployment: z.string().nullable(),
  waivers: lockedWaiversSchema,
  inputs: z.record(z.string(), lockedInputSchema),
})

/**
 * Which waivers count: those that one of `signers` signed (lines of an allowed-signers file, the keys themselves among
 * them); or, where the deployment demands no signature, those of one file, relative to the lock, and of no file where
 * it is null.
 */
export type LockedWaivers = Readonly<z.infer<typeof lockedWaiversSchema>>

/**
 * What an input may be: `value` as it is given; anything that a `rule` matches; the `default` of its pack and nothing
 * that is given; of what is `secret`, whether it is empty, or the servers that it names. With `template` it is what is
 * written, with the names of the variables that are put in.
 */
export type LockedInput = Readonly<z.infer<typeof lockedInputSchema>>

export interface LockDemands {
  /** The name of the deployment, which waivers may be limited to. */
  readonly deployment: string | null
  readonly waivers: LockedWaivers
  readonly inputs: ReadonlyMap<string, LockedInput>
}

/** Whether two entries of an input say the same. */
export function isSameInput(a: LockedInput, b: LockedInput): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const secondFormat = z.strictObject({ ...firstFormat.shape, ...lockDemandsSchema.shape, schemaVersion: z.literal(2) })

/** A selection as it was when somebody agreed to it: nothing of it may go missing or change unseen. */
export interface SelectionLock {
  /** Canonical. */
  readonly profile: string
  /** `undefined` in a lock of the format before, which holds none. */
  readonly demands: LockDemands | undefined
  readonly selection: AskedSelection
  /** Of all definitions there were. */
  readonly definitionsDigest: string
  /** The digest of every definition, by id. */
  readonly checks: ReadonlyMap<string, string>
}

/** A text that is not a lock; the message says why. */
export class LockFormatError extends Error {
  override readonly name = 'LockFormatError'
}

/** The one text of a lock: sorted, indented, with a final newline, so that two of them can be compared line by line. */
export function formatLock({ profile, demands, selection, definitionsDigest, checks }: SelectionLock): string {
  const { selectors, stages: asked, skip, phase, gates } = selection
  const document = {
    schemaVersion: demands === undefined ? 1 : 2,
    profile,
    ...(demands === undefined ? {} : { deployment: demands.deployment }),
    selection: {
      selectors: sorted(selectors),
      stages: stages.filter((stage) => asked.includes(stage)),
      skip: sorted(skip),
      phase,
      ...(gates === undefined ? {} : { gates }),
    },
    definitionsDigest,
    ...(demands === undefined ? {} : { waivers: demands.waivers, inputs: sortedByName(demands.inputs) }),
    checks: sortedByName(checks),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Reads a lock, to the byte: what a merge or an editor made of one is not a lock. @throws LockFormatError */
export function parseLock(text: string): SelectionLock {
  let plain: unknown
  try {
    plain = JSON.parse(text)
  } catch {
    throw new LockFormatError('it is not JSON')
  }
  const version =
    typeof plain === 'object' && plain !== null && 'schemaVersion' in plain ? plain.schemaVersion : undefined
  const { data, error } = (version === 2 ? secondFormat : firstFormat).safeParse(plain)
  if (data === undefined) {
    const [issue] = error.issues
    const reason =
      version === 1 || version === 2
        ? (issue?.message ?? 'it does not have the shape of a lock')
        : 'this version of preflight reads the formats 1 and 2'
    throw new LockFormatError(
      `${issue === undefined || issue.path.length === 0 ? '' : `${placePath(issue.path)}: `}${reason}`,
    )
  }
  const { profile, selection, definitionsDigest } = data
  const demands =
    data.schemaVersion === 1
      ? undefined
      : { deployment: data.deployment, waivers: data.waivers, inputs: new Map(Object.entries(data.inputs)) }
  const lock = { profile, demands, selection, definitionsDigest, checks: new Map(Object.entries(data.checks)) }
  if (lock.checks.size === 0) throw new LockFormatError('it contains no checks')
  if (formatLock(lock) !== text)
    throw new LockFormatError('it is not in the form that `preflight lock` writes, or has a duplicate entry')
  return lock
}

/** Where a check or an input is named in the text of a lock. */
export function placeInLock(lock: SelectionLock, section: 'checks' | 'inputs', name: string, file: string): Position {
  const lines = formatLock(lock).split('\n')
  const start = lines.indexOf(`  ${JSON.stringify(section)}: {`)
  const index = lines.findIndex((line, at) => at > start && line.startsWith(`    ${JSON.stringify(name)}: `))
  return { file, line: index + 1, column: 5 }
}

/**
 * Whether two selections ask for the same: what is skipped, and by which profile is judged, does not make it another.
 */
export function isSameChoice(a: AskedSelection, b: AskedSelection): boolean {
  return a.phase === b.phase && isSameSet(a.selectors, b.selectors) && isSameSet(a.stages, b.stages)
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted()
}

function sortedByName<Value>(entries: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
