import { parseDuration } from '../../base/time/duration.js'
import { suggestionHint } from '../../base/text/wording.js'
import type { CheckDefinition } from '../definition.js'
import { probeFor, type Probe } from '../../engine/probe.js'
import { sampled, type Sampling } from '../../engine/sampled-probe.js'
import type { Position } from '../../base/errors.js'
import {
  canonicalDigest,
  type Problems,
  nodeAt,
  plainValue,
  positionAt,
  type YamlMap,
} from '../../definitions/yaml-node.js'
import { readCheckFields, type ReadCheck } from './check-fields.js'
import { reportAddressed, reportLookedAt, hiddenInput } from '../../engine/load/concealment.js'
import { segmentPattern } from './definition-schema.js'
import type { NamedCheck } from './expand-each.js'
import {
  compileApplicability,
  compileCondition,
  compileExpectations,
  compileLimits,
  compileNote,
} from '../../engine/load/compile-expectations.js'
import { builtinChecks } from '../../base/package.js'
import type { PackSource } from './pack-source.js'
import { readsOf, readsOfDriver } from './reads-of.js'
import { compileInput, concealedBy, readsDeclared, variablesNamed, writtenInput } from '../../engine/load/probe-call.js'
import type { System } from './compile-system.js'

/** A check as far as it could be compiled. What joins checks (needs) is judged once all are known, right or wrong. */
export interface CheckDraft {
  readonly id: string
  readonly position: Position
  readonly needs: readonly { readonly id: string; readonly position: Position }[]
  readonly stage: CheckDefinition['stage'] | undefined
  /** `undefined` when anything about it is wrong. */
  readonly definition: CheckDefinition | undefined
}

export interface CheckContext {
  readonly system: System
  readonly source: PackSource
  readonly profiles: ReadonlyMap<string, string>
  /** Every kind there is. */
  readonly kindNames: readonly string[]
  /** Those that the files use. */
  readonly kinds: ReadonlyMap<string, Probe>
  readonly problems: Problems
}

const defaultRetryDelay = 1000

export function compileCheck({ name, position, key, value }: NamedCheck, context: CheckContext): CheckDraft {
  const { source, problems } = context
  const id = `${source.file.prefix}/${name}`
  const before = problems.count
  if (value !== undefined && !segmentPattern.test(name))
    problems.report(
      position,
      'check-name',
      `${name} cannot be part of an id: use lower-case letters, digits and single hyphens`,
    )
  if (value?.kind !== 'map') {
    if (value !== undefined) problems.report(value.position, 'wrong-type', 'a check is a mapping')
    return { id, position, needs: [], stage: source.stage, definition: undefined }
  }
  const read = readCheckFields(value, key, context.kindNames, problems)
  const stage = read.fields.stage ?? source.stage
  if (stage === undefined && !source.hasStage && !read.given.has('stage'))
    problems.report(key, 'missing-key', 'stage is missing: neither the file nor the check sets one')
  const needs = (read.fields.needs ?? []).map((need, index) => ({
    id: need,
    position: positionAt(value, ['needs', index]),
  }))
  const compiled = compileParts(id, value, read, context)
  const isRight = problems.count === before && stage !== undefined && compiled !== undefined
  return {
    id,
    position,
    needs,
    stage,
    definition: isRight
      ? // V8 makes a table of what is spread and added to, with so many keys: that takes forty times as long.
        Object.freeze(
          Object.assign(compiled, {
            id,
            stage,
            position,
            digest: digestOf(id, stage, value, compiled, context.system),
          }),
        )
      : undefined,
  }
}

type Parts = Omit<CheckDefinition, 'id' | 'stage' | 'position' | 'digest'>

/** How a variable is read and what an input is by default belong to what a check judges, wherever they are declared. */
function digestOf(
  id: string,
  stage: CheckDefinition['stage'],
  check: YamlMap,
  { timeout, variables, inputs }: Parts,
  { sources }: System,
): string {
  const declared = (section: 'variables' | 'inputs', names: readonly string[]): readonly unknown[] =>
    names
      .toSorted()
      .map((name) => [
        name,
        sources.flatMap((source) => source[section].get(name) ?? []).map(({ value }) => plainValue(value)),
      ])
  return canonicalDigest({
    id,
    stage,
    check: plainValue(check),
    timeout,
    variables: declared('variables', variables),
    inputs: declared('inputs', inputs),
  })
}

function compileParts(
  id: string,
  map: YamlMap,
  { fields, probe: call }: ReadCheck,
  context: CheckContext,
): Parts | undefined {
  const { system, source, kinds, problems } = context
  const sample = samplingOf(fields.sample)
  const kind = call === undefined ? undefined : kinds.get(call.kind)
  const declaring = call === undefined || kind === undefined ? kind : probeFor(kind, writtenInput(call.node))
  const facts = declaring?.facts === kind?.facts ? undefined : declaring?.facts
  const probe = sampled(declaring, sample)
  const profiles = resolveProfiles(map, fields.profiles, context)
  const when = compileCondition(nodeAt(map, ['when']), system.withoutFacts, problems, system)
  const input =
    call === undefined || probe === undefined
      ? undefined
      : compileInput(probe, call.node, system.withoutFacts, problems, source.file.folder)
  if (system.isWhole) reportLookedAt(input?.lookedAt ?? [], system, problems)
  if (system.isWhole) reportAddressed(input?.addressed ?? [], system, problems)
  const hidden = input === undefined ? {} : hiddenInput(input, system)
  const concealed =
    call === undefined || probe === undefined || !system.isWhole ? {} : concealedBy(probe, call.node, system, hidden)
  const judging = { compiler: system.withFacts(probe), probe, declared: system, concealed }
  const { expectations: expect, isAdded: hasAddedGuard } = compileExpectations(
    nodeAt(map, ['expect']),
    judging,
    problems,
  )
  const warn = compileLimits(nodeAt(map, ['warn']), judging, problems)
  const applies = compileApplicability(nodeAt(map, ['applies']), judging, problems)
  const note = compileNote(nodeAt(map, ['note']), judging, problems)
  const { title, severity, class: failureClass, fix } = fields
  if (
    call === undefined ||
    probe === undefined ||
    input === undefined ||
    title === undefined ||
    severity === undefined ||
    failureClass === undefined ||
    fix === undefined
  )
    return undefined
  const references = [
    ...(when?.references ?? []),
    ...input.references,
    ...[...(applies === undefined ? [] : [applies]), ...expect, ...warn].flatMap(({ that, message }) => [
      ...that.references,
      ...(message?.references ?? []),
    ]),
    ...(note?.references ?? []),
  ]
  const reads = readsOf(references, system.inputs)
  const named = [...variablesNamed(probe, call.node), ...readsOfDriver(probe, call.node, input, system.inputs)]
  const everyDeclared = readsDeclared(probe, call.node) ? Object.keys(system.variables) : []
  return {
    system: id.split('/')[0]!,
    title,
    why: fields.why ?? '',
    severity,
    class: failureClass,
    profiles,
    needs: Object.freeze([...(fields.needs ?? [])]),
    when,
    applies,
    probe: Object.freeze({ kind: call.kind, input, hidden, ...(facts === undefined ? {} : { facts }) }),
    expect: Object.freeze(expect),
    warn: Object.freeze(warn),
    ...(note === undefined ? {} : { note }),
    isIndependent: fields.independent ?? false,
    hasAddedGuard,
    waivable: fields.waivable ?? true,
    timeout: fields.timeout === undefined ? probe.defaultTimeout : parseDuration(fields.timeout)!,
    ...(sample === undefined ? {} : { sample }),
    retry: Object.freeze({
      attempts: fields.retry?.attempts ?? 1,
      delay: fields.retry?.delay === undefined ? defaultRetryDelay : parseDuration(fields.retry.delay)!,
    }),
    fix,
    remedy: fields.remedy,
    runbook: fields.runbook,
    docs: fields.docs ?? builtInPage(id, source.file.folder),
    source: fields.source ?? '',
    folder: source.file.folder,
    inputs: reads.inputs,
    variables: Object.freeze([...new Set([...reads.variables, ...named])]),
    references: Object.freeze([
      ...new Set([...references, ...[...named, ...everyDeclared].map((variable) => `env.${variable}`)]),
    ]),
  }
}

function samplingOf(written: ReadCheck['fields']['sample']): Sampling | undefined {
  return written === undefined ? undefined : { times: written.times, every: parseDuration(written.every)! }
}

/** The heading of a check that ships, on the page of all of them. */
function builtInPage(id: string, folder: string): string | undefined {
  return folder.startsWith(`${builtinChecks}/`) ? `reference/checks.md#${id.replaceAll('/', '')}` : undefined
}

/** The canonical profiles of a check: all of them when it names none. */
function resolveProfiles(
  map: YamlMap,
  names: readonly string[] | undefined,
  { profiles, problems }: CheckContext,
): readonly string[] {
  const resolved = new Set<string>()
  names?.forEach((name, index) => {
    const profile = profiles.get(name)
    if (profile === undefined)
      problems.report(
        positionAt(map, ['profiles', index]),
        'unknown-profile',
        `unknown profile ${name}`,
        suggestionHint(name, profiles.keys()) ?? `known: ${[...profiles.keys()].join(', ')}`,
      )
    else resolved.add(profile)
  })
  return Object.freeze([...(names === undefined ? new Set(profiles.values()) : resolved)])
}
