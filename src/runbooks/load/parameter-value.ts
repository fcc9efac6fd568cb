import { isIP } from 'node:net'
import { parseDuration } from '../../base/time/duration.js'
import type { FactType } from '../../base/facts.js'
import type { ParameterDefinition } from '../definition/runbook-definition.js'
import { untextualType } from '../../definitions/typed-text.js'

type Typed = Pick<ParameterDefinition, 'type' | 'values' | 'pattern' | 'minimum' | 'maximum'>

/** The type that expressions give a parameter. */
export function factTypeOfParameter({ type, values }: Typed): FactType {
  return untextualType(type) ?? (type === 'enum' ? { type: 'enumeration', values: values ?? [] } : { type: 'string' })
}

const isText = (value: unknown): value is string => typeof value === 'string'
const hasControls = (text: string): boolean => /[\u0000-\u001F\u007F]/.test(text)
/** What a program could take for one of its options. */
const isDashed = (text: string): boolean => text.startsWith('-')

/** What a value would have to be; `undefined` when it is. Says nothing of the value. */
export function parameterComplaint(definition: Typed, value: unknown): string | undefined {
  if ([value].flat().some((item) => isText(item) && item.includes('\0'))) return 'must not hold a NUL character'
  const { type, minimum, maximum } = definition
  switch (type) {
    case 'integer':
    case 'number':
      if (type === 'integer' ? !Number.isSafeInteger(value) : !Number.isFinite(value))
        return type === 'integer' ? 'must be a whole number' : 'must be a number'
      if (minimum !== undefined && (value as number) < minimum) return `must be at least ${minimum}`
      if (maximum !== undefined && (value as number) > maximum) return `must be at most ${maximum}`
      return undefined
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'list':
      if (!Array.isArray(value) || !value.every(isText)) return 'must be a list of text'
      return value.some(isDashed) ? 'must hold no item that begins with a dash' : undefined
    case 'secret':
      return isText(value) && value !== '' ? undefined : 'must not be empty'
    default:
      return isText(value) ? textComplaint(definition, value) : 'must be text'
  }
}

function textComplaint({ type, values, pattern }: Typed, value: string): string | undefined {
  if (pattern !== undefined) return matchesPattern(pattern, value) ? undefined : `must match ${pattern.source}`
  if (isDashed(value)) return 'must not begin with a dash: a program would take it for an option'
  switch (type) {
    case 'enum':
      return (values ?? []).includes(value) ? undefined : `must be one of ${(values ?? []).join(', ')}`
    case 'path':
      return value !== '' && value.length <= 4096 && !hasControls(value)
        ? undefined
        : 'must be a path without control characters'
    case 'url':
      return isUrl(value) ? undefined : 'must be a URL without blanks, such as http://127.0.0.1:8080'
    case 'host':
      return isHost(value) ? undefined : 'must be the name or address of a host'
    case 'duration':
      return parseDuration(value) === undefined
        ? 'must be a duration with its unit, such as 500ms, 2s or 5m'
        : undefined
    default:
      return undefined
  }
}

function matchesPattern(pattern: NonNullable<Typed['pattern']>, text: string): boolean {
  try {
    return pattern.matches(text)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isUrl(text: string): boolean {
  return (
    !/\s/.test(text) &&
    !hasControls(text) &&
    text.length <= 8192 &&
    /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text) &&
    URL.canParse(text)
  )
}

/** RFC 1123 names, IPv4 and IPv6 addresses. */
function isHost(text: string): boolean {
  if (isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0) return true
  return (
    text.length <= 253 && text.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  )
}
