import type { z } from 'zod'
import { Deadline } from '../../../src/base/time/deadline.js'
import { readAddresses } from '../../../src/net/read-addresses.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import type { Probe, ProbeContext } from '../../../src/engine/probe.js'
import { variableSchema, type VariableDeclaration } from '../../../src/environment/variable-reading.js'

export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, z.input<typeof variableSchema>>>
  readonly signal?: AbortSignal
  readonly knownSecretsFile?: string
  readonly packFolder?: string
  readonly limit?: number
  readonly hidden?: ProbeContext['hidden']
  readonly withhold?: ProbeContext['withhold']
}

/**
 * Lets a probe observe once, as a run would: the input is parsed by its own schema, and the facts must satisfy theirs.
 */
export async function observe<Input extends z.ZodType, Facts extends z.ZodObject>(
  probe: Probe<Input, Facts>,
  input: z.input<Input>,
  surroundings: Surroundings = {},
): Promise<z.output<Facts>> {
  return probe.facts.parse(await probe.observe(probe.input.parse(input), contextOf(surroundings)))
}

/** Whom a probe would contact, as `plan` shows it. */
export function addressesOf<Input extends z.ZodType, Facts extends z.ZodObject>(
  probe: Probe<Input, Facts>,
  input: z.input<Input>,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  return readAddresses(probe.addresses?.(probe.input.parse(input), TestedEnvironment.of(environment)) ?? []).addresses
}

export function contextOf(surroundings: Surroundings = {}): ProbeContext {
  const variables: [string, VariableDeclaration][] = Object.entries(surroundings.variables ?? {}).map(
    ([name, declaration]) => [name, variableSchema.parse(declaration)],
  )
  return {
    signal: surroundings.signal ?? new AbortController().signal,
    deadline: Deadline.after(surroundings.limit ?? 30_000),
    environment: TestedEnvironment.of(surroundings.environment ?? {}),
    variables: Object.fromEntries(variables),
    hidden: surroundings.hidden ?? {},
    packFolder: surroundings.packFolder ?? '/nowhere',
    knownSecretsFile: surroundings.knownSecretsFile,
    reached: () => {},
    bypassed: () => {},
    withhold: surroundings.withhold ?? (() => {}),
  }
}
