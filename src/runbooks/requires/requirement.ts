import { resolve } from 'node:path'
import { describeThrown } from '../../base/describe-thrown.js'
import { textOf } from '../../definitions/template/compile-template.js'
import { parseHostPort, printablePlace } from '../../net/host-port.js'
import { programSearchPath } from '../../processes/start-problem.js'
import type { Secret } from '../../redaction/secret-value.js'
import type { RequirementDefinition, RequirementKind } from '../definition/requirement-definition.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import type { ProgramUse } from '../definition/step-kind.js'
import { requirementInputs } from '../load/requirement-schema.js'

/** A requirement whose values are known. */
export interface Requirement {
  readonly kind: RequirementKind
  /** What is required, without credentials: the program, the absolute path, `host:port`. */
  readonly name: string
  /** What to do where it is missing. */
  readonly fix: string
  /** Milliseconds. */
  readonly timeout: number
  readonly lookUp:
    | { readonly program: ProgramUse }
    | { readonly file: string }
    | { readonly address: Secret }
    /** Its value can never hold: why. */
    | { readonly unusable: string }
}

/**
 * A requirement in its scope.
 *
 * @returns `undefined` where its condition is false
 * @throws Error where an expression has no value, or gives what the kind does not take
 */
export function requirementIn(definition: RequirementDefinition, scope: RunbookScope): Requirement | undefined {
  const { kind, input, when, fix, timeout } = definition
  if (when !== undefined && when.evaluate(scope) !== true) return undefined
  const { name, lookUp } = lookUps[kind](input.resolve(scope))
  return { kind, name, lookUp, timeout, fix: fix === undefined ? usualFixes[kind] : textOf(fix.resolve(scope)) }
}

const usualFixes = {
  program: 'install it, or put its folder on the PATH',
  file: 'create it, or name another one',
  address: 'start what listens there, or correct the address',
} as const satisfies Record<RequirementKind, string>

type LookUp = (input: unknown) => Pick<Requirement, 'name' | 'lookUp'>

const lookUps: Readonly<Record<RequirementKind, LookUp>> = {
  program(input) {
    const given = requirementInputs.program.parse(input)
    const { name, cwd, path } = typeof given === 'string' ? { name: given, cwd: '', path: undefined } : given
    const program = { name, cwd: resolve(cwd), searchPath: path ?? programSearchPath() }
    return { name: cwd === '' ? name : `${name} in ${program.cwd}`, lookUp: { program } }
  },
  file(input) {
    const file = resolve(requirementInputs.file.parse(input))
    return { name: file, lookUp: { file } }
  },
  address(input) {
    const parsed = requirementInputs.address.safeParse(input)
    if (!parsed.success)
      return {
        name: '(unreadable)',
        lookUp: { unusable: parsed.error.issues.map(({ message }) => message).join('; ') },
      }
    return { name: printablePlace(parseHostPort(parsed.data)), lookUp: { address: parsed.data } }
  },
}

/** A requirement that cannot be looked at: as it is written, and why. */
export function unusableRequirement({ kind, written, timeout }: RequirementDefinition, thrown: unknown): Requirement {
  return {
    kind,
    name: written.name,
    fix: written.fix ?? usualFixes[kind],
    timeout,
    lookUp: { unusable: `its value cannot be used: ${describeThrown(thrown)}` },
  }
}

/** The same for two requirements of the same thing. */
export function identityOf({ kind, name, lookUp }: Requirement): string {
  return JSON.stringify([kind, name, 'program' in lookUp ? lookUp.program.searchPath : ''])
}
