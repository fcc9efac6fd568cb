import { setImmediate } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { compilePattern, longestMatchedText, type Pattern } from '../../../definitions/pattern.js'
import { timeOf } from './line-time.js'

/** What is counted: text in the line, or in a field of a line that is JSON. */
type LogPattern = string | { readonly field: string; readonly matches: string }

interface TallyOptions {
  readonly patterns: Readonly<Record<string, LogPattern>>
  readonly fields: Readonly<Record<string, string>>
  readonly since: { readonly age: number; readonly field?: string | undefined } | undefined
  readonly showLast: boolean
}

interface NamedPattern {
  readonly name: string
  readonly field: string | undefined
  readonly pattern: Pattern
}

/** Values of a field that are told apart, and characters of one. */
export const mostValues = 50
const longestValue = 200

/** Characters of a line that is shown; of a longer one nothing is, since half of it could end in half a secret. */
export const longestShownLine = 2000

/** Where a line of JSON has its time, when the input does not say. */
const usualTimes = ['timestamp', '@timestamp', 'time', 'ts']

/** Milliseconds without a pause. */
const stretch = 20

type JsonObject = Readonly<Record<string, unknown>>

/** Counts lines. Of each source they come from the first to the last. */
export class LogTally {
  readonly #patterns: readonly NamedPattern[]
  readonly #counts: Record<string, number>
  readonly #last: Record<string, string>
  readonly #values: Readonly<Record<string, Map<string, number>>>
  readonly #unlisted: Record<string, number>
  readonly #now = Date.now()
  #lines = 0
  #json = 0
  #long = 0
  #undated = 0
  #older = 0
  #newest = -Infinity
  #sources = 0
  #sourcesReachingBack = 0

  constructor(private readonly options: TallyOptions) {
    const names = Object.keys(options.patterns)
    this.#patterns = Object.entries(options.patterns).map(([name, given]) => ({
      name,
      field: typeof given === 'string' ? undefined : given.field,
      pattern: compilePattern(typeof given === 'string' ? given : given.matches),
    }))
    this.#counts = Object.fromEntries(names.map((name) => [name, 0]))
    this.#last = Object.fromEntries(names.map((name) => [name, '']))
    const fields = Object.keys(options.fields)
    this.#values = Object.fromEntries(fields.map((name) => [name, new Map<string, number>()]))
    this.#unlisted = Object.fromEntries(fields.map((name) => [name, 0]))
  }

  /** Takes the lines of one file, or of a program. @throws what the signal is aborted with */
  async take(text: string, signal: AbortSignal): Promise<void> {
    let isOld: boolean | undefined
    let sawOld = false
    let paused = performance.now()
    for (const raw of linesOf(text)) {
      if (performance.now() - paused > stretch) {
        await setImmediate()
        signal.throwIfAborted()
        paused = performance.now()
      }
      const line = stripVTControlCharacters(raw)
      if (line.trim() === '') continue
      const json = jsonOf(line)
      // A line without a time, such as one of a stack trace, belongs to the one before it.
      isOld = this.#isOld(line, json) ?? isOld
      sawOld ||= isOld === true
      if (isOld === true) this.#older += 1
      else this.#count(line, json)
    }
    this.#sources += 1
    if (sawOld) this.#sourcesReachingBack += 1
  }

  #isOld(line: string, json: JsonObject | undefined): boolean | undefined {
    const { since } = this.options
    if (since === undefined) return undefined
    const time = timeOf(
      json === undefined ? (since.field === undefined ? line : undefined) : timeField(json, since.field),
    )
    if (time === undefined) {
      this.#undated += 1
      return undefined
    }
    this.#newest = Math.max(this.#newest, time)
    return this.#now - time > since.age
  }

  #count(line: string, json: JsonObject | undefined): void {
    this.#lines += 1
    if (json !== undefined) this.#json += 1
    if (line.length > longestMatchedText) this.#long += 1
    for (const { name, field, pattern } of this.#patterns) {
      const subject = field === undefined ? line : json === undefined ? undefined : fieldOf(json, field)
      if (subject === undefined || !pattern.matches(subject.slice(0, longestMatchedText))) continue
      this.#counts[name]! += 1
      if (this.options.showLast) this.#last[name] = shown(line)
    }
    if (json === undefined) return
    for (const [name, field] of Object.entries(this.options.fields)) {
      const value = fieldOf(json, field)
      if (value !== undefined) this.#countValue(name, value)
    }
  }

  #countValue(name: string, value: string): void {
    const values = this.#values[name]!
    if (value.length > longestValue || (!values.has(value) && values.size >= 20 * mostValues))
      this.#unlisted[name]! += 1
    else values.set(value, (values.get(value) ?? 0) + 1)
  }

  /** What was counted. */
  counted() {
    const newest = Math.floor((this.#now - this.#newest) / 1000)
    return {
      lines: this.#lines,
      jsonLines: this.#json,
      otherLines: this.#lines - this.#json,
      longLines: this.#long,
      counts: this.#counts,
      last: this.#last,
      fields: Object.fromEntries(Object.keys(this.options.fields).map((name) => [name, this.#field(name)])),
      undatedLines: this.#undated,
      olderLines: this.#older,
      newestLineAgeSeconds: Number.isFinite(newest) ? Math.max(0, newest) : Number.MAX_SAFE_INTEGER,
      reachesBack: this.#sources > 0 && this.#sourcesReachingBack === this.#sources,
    }
  }

  #field(name: string) {
    const all = [...this.#values[name]!].sort(([a, most], [b, other]) => other - most || (a < b ? -1 : 1))
    const sum = (some: typeof all): number => some.reduce((lines, [, count]) => lines + count, 0)
    return {
      lines: sum(all) + this.#unlisted[name]!,
      values: all.slice(0, mostValues).map(([value, lines]) => ({ value, lines })),
      unlistedLines: sum(all.slice(mostValues)) + this.#unlisted[name]!,
    }
  }
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    yield text.slice(at, end === -1 ? text.length : end).replace(/\r$/, '')
    at = end === -1 ? text.length : end + 1
  }
}

function jsonOf(line: string): JsonObject | undefined {
  const text = line.trim()
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return undefined
  }
}

/** A field by its name, else by the names on the way to it: `log.level`. */
function valueAt(json: JsonObject, field: string): unknown {
  if (Object.hasOwn(json, field)) return json[field]
  return field
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as JsonObject)[name] : undefined,
      json,
    )
}

/** As text; nothing of an object, a list or a null. */
function fieldOf(json: JsonObject, field: string): string | undefined {
  const value = valueAt(json, field)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

function timeField(json: JsonObject, field: string | undefined): unknown {
  if (field !== undefined) return valueAt(json, field)
  const name = usualTimes.find((usual) => Object.hasOwn(json, usual))
  return name === undefined ? undefined : json[name]
}

function shown(line: string): string {
  return line.length <= longestShownLine ? line : `… a line of ${line.length} characters, which is not shown …`
}
