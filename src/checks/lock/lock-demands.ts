import { z } from 'zod'

/** Characters, and stars among them, that a rule may have: what matches it is bounded. */
const longestRule = 200
const mostStars = 8

/** Why a text is not a rule for an input; `undefined` when it is one. */
export function ruleComplaint(rule: string): string | undefined {
  if (rule === '') return 'must not be empty'
  if (rule.length > longestRule) return `must not be longer than ${longestRule} characters`
  return rule.split('*').length - 1 > mostStars ? `must not have more than ${mostStars} stars` : undefined
}

/** A line of an allowed-signers file: ssh-keygen reads it as it stands, so it holds one line. */
const signerLine = z
  .string()
  .regex(/^[^\u0000-\u0008\u000A-\u001F\u007F]+$/, 'must be one line of an allowed-signers file')

const lockedWaiversSchema = z.union([
  z.strictObject({ signers: z.array(signerLine) }),
  z.strictObject({ unsigned: z.literal(true), file: z.string().min(1).nullable() }),
])

const text = z.union([z.string(), z.array(z.string())])

const lockedInputSchema = z.union([
  z.strictObject({ value: text }),
  z.strictObject({
    rule: z
      .string()
      .superRefine(
        (rule, context) =>
          void (ruleComplaint(rule) !== undefined && context.addIssue(`a rule ${ruleComplaint(rule)}`)),
      ),
  }),
  z.strictObject({ default: z.literal(true) }),
  z.strictObject({ secret: z.string().min(1) }),
])

/** What a lock holds of a deployment besides its checks, as it stands in the file. */
export const lockDemandsSchema = z.strictObject({
  deployment: z.string().nullable(),
  waivers: lockedWaiversSchema,
  inputs: z.record(z.string(), lockedInputSchema),
})

/**
 * Which waivers count: those that one of `signers` signed (lines of an allowed-signers file, the keys themselves among
 * them); or, where
 * the deployment demands no signature, those of one file, relative to the lock, and of no file where it is null.
 */
export type LockedWaivers = Readonly<z.infer<typeof lockedWaiversSchema>>

/**
 * What an input may be: `value` as it is given; anything that a `rule` matches; the `default` of its pack and nothing
 * that is given;
 * of what is `secret`, whether it is empty, or the servers that it names.
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
