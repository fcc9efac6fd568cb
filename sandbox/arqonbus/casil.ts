import { type Environment, read } from '../settings/environment.js'
import { parseInteger } from '../settings/python.js'

/** What inspection is set to, under the names that `op.casil.get` tells. */
export interface CasilPolicy {
  readonly enabled: boolean
  readonly mode: string
  readonly default_decision: string
  readonly scope_include: readonly string[]
  readonly scope_exclude: readonly string[]
  readonly max_payload_bytes: number
  readonly max_inspect_bytes: number
  readonly max_patterns: number
  readonly block_on_probable_secret: boolean
  readonly redaction_patterns: readonly string[]
}

const isTrue = (value: string | undefined, whenUnset: boolean): boolean =>
  value === undefined ? whenUnset : value.toLowerCase() === 'true'
const listed = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** The policy that the environment gives at a start. */
export function readCasilPolicy(environment: Environment): CasilPolicy {
  const variable = (name: string): string | undefined => read(environment, `ARQONBUS_CASIL_${name}`)
  const number = (name: string, whenUnset: number): number => Number(parseInteger(variable(name) ?? '') ?? whenUnset)
  return {
    enabled: isTrue(variable('ENABLED'), false),
    mode: variable('MODE') ?? 'monitor',
    default_decision: variable('DEFAULT_DECISION') ?? 'allow',
    scope_include: listed(variable('SCOPE_INCLUDE')),
    scope_exclude: listed(variable('SCOPE_EXCLUDE')),
    max_payload_bytes: number('MAX_PAYLOAD_BYTES', 262_144),
    max_inspect_bytes: number('MAX_INSPECT_BYTES', 65_536),
    max_patterns: number('MAX_PATTERNS', 32),
    block_on_probable_secret: isTrue(variable('BLOCK_ON_PROBABLE_SECRET'), true),
    redaction_patterns: listed(variable('REDACTION_PATTERNS')),
  }
}

const words = { mode: ['monitor', 'enforce'], default_decision: ['allow', 'block'] } as const
const numbers = ['max_payload_bytes', 'max_inspect_bytes', 'max_patterns'] as const
const switches = ['enabled', 'block_on_probable_secret'] as const
const lists = ['scope_include', 'scope_exclude', 'redaction_patterns'] as const

/**
 * The policy with what a reload names; what it does not name stays.
 * @throws Error as the bus refuses it, with nothing changed
 */
export function reloadedPolicy(policy: CasilPolicy, args: Readonly<Record<string, unknown>>): CasilPolicy {
  const next: Record<string, unknown> = { ...policy }
  const given = (name: string): boolean => Object.hasOwn(args, name)
  for (const [name, allowed] of Object.entries(words)) {
    if (!given(name)) continue
    const value = typeof args[name] === 'string' ? args[name].trim().toLowerCase() : ''
    if (!(allowed as readonly string[]).includes(value)) throw new Error(`Invalid CASIL ${name}: ${value}`)
    next[name] = value
  }
  for (const name of numbers.filter(given)) {
    const value = args[name]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
      throw new Error(`'${name}' must be a positive integer`)
    next[name] = value
  }
  for (const name of switches.filter(given)) {
    if (typeof args[name] !== 'boolean') throw new Error(`'${name}' must be a boolean`)
    next[name] = args[name]
  }
  for (const name of lists.filter(given)) {
    const value = args[name]
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
      throw new Error(`'${name}' must be a list of strings`)
    next[name] = [...(value as string[])]
  }
  return next as unknown as CasilPolicy
}

const probableSecret =
  /(?:password|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?[^\s"']{8}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/i

/**
 * The reason code with which inspection blocks a frame; undefined when it lets it pass, as it always does where it only
 * monitors.
 */
export function inspect(frame: Buffer, policy: CasilPolicy): string | undefined {
  if (!policy.enabled || policy.mode !== 'enforce') return undefined
  if (frame.length > policy.max_payload_bytes) return 'CASIL_POLICY_OVERSIZE'
  const isSecret =
    policy.block_on_probable_secret &&
    probableSecret.test(frame.subarray(0, policy.max_inspect_bytes).toString('latin1'))
  return isSecret ? 'CASIL_POLICY_BLOCKED_SECRET' : undefined
}
