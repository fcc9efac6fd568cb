import { z } from 'zod'

/** The fixed words of the product. Their order is the order of display and of precedence. */

export const severities = ['blocker', 'critical', 'high', 'advisory'] as const

export type Severity = (typeof severities)[number]

/** What a failure most likely is. */
export const failureClasses = ['config', 'dependency', 'code'] as const

export type FailureClass = (typeof failureClasses)[number]

export const stages = ['toolchain', 'config', 'secrets', 'datastores', 'gates', 'runtime'] as const

export type Stage = (typeof stages)[number]

interface StageTraits {
  /** Its checks build and test whole programs: nothing runs beside one of them, and none is repeated. */
  readonly runsAlone: boolean
  /** Its checks build and test the checkout: they are the gates, which a deployment may leave out. */
  readonly isGates: boolean
  /** A check of it that only gates need is left out with them. */
  readonly preparesGates: boolean
}

const ordinary: StageTraits = { runsAlone: false, isGates: false, preparesGates: false }

export const stageTraits: Readonly<Record<Stage, StageTraits>> = {
  toolchain: { ...ordinary, preparesGates: true },
  config: ordinary,
  secrets: ordinary,
  datastores: ordinary,
  gates: { ...ordinary, runsAlone: true, isGates: true },
  runtime: ordinary,
}

export const statuses = ['pass', 'warn', 'fail', 'error', 'timeout', 'blocked', 'waived', 'not-applicable'] as const

export type Status = (typeof statuses)[number]

/** Statuses that let a release through (`warn` unless --fail-on-warn) and that satisfy a need. */
export const greenStatuses: ReadonlySet<Status> = new Set<Status>(['pass', 'warn', 'waived', 'not-applicable'])

/** How many checks may run at a time. */
export const concurrencyBounds = { least: 1, most: 512 } as const

/** The profiles every pack knows; a pack may add others and aliases. */
export const baseProfiles = ['prod', 'staging', 'dev'] as const

/** The strictest profile, used when none is named. Never inferred from the environment under test. */
export const defaultProfile = 'prod'

/** How far a variable may be shown: its value, nothing of it, or all but the credentials of its URL. */
export const exposures = ['public', 'secret', 'dsn'] as const

export type Exposure = (typeof exposures)[number]

/** The name of an environment variable, where an input names one. */
export const variableName = () =>
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'expected the name of an environment variable')
    .meta({ preflight: 'variable' })

/**
 * Text that an author wrote and that no expression may fill: a shell script, a statement, anything an interpreter
 * reads.
 */
export const literalOf = () => z.string().min(1).max(100_000).meta({ preflight: 'literal' })
