import { z } from 'zod'
import { suggestionHint } from '../../base/text/wording.js'
import { hasVisibleText, hiddenCharacter } from '../../base/text/terminal-text.js'
import type { Definitions } from '../definition.js'
import { formatPosition, type Diagnostic } from '../../base/errors.js'
import { dateAhead, daysLeft, dayOf, mostDaysAhead, type Waiver } from './waiver.js'
import { Problems, nodeAt, plainValue, positionAt, type YamlNode } from '../../definitions/yaml-node.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { parseSource } from '../../definitions/source-file.js'

const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .superRefine((text, context) => {
      const hidden = hiddenCharacter(text)
      if (hidden !== undefined) context.addIssue(`must not contain invisible characters (found ${hidden})`)
      else if (!hasVisibleText(text)) context.addIssue('must not be blank')
    })

const waiverSchema = z.strictObject({
  check: line(200).describe('the id of the check that it waives'),
  reason: line(1000).describe('why the check may fail until then'),
  owner: line(200).describe('who is responsible for it'),
  ticket: line(200).describe('the ticket that approves it'),
  expires: z
    .string()
    .refine((text) => dayOf(text) !== undefined, 'must be an existing day, such as 2026-03-01')
    .describe(`the last day on which it is valid, in UTC, at most ${mostDaysAhead} days ahead`)
    .meta({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  profiles: z.array(z.string()).min(1).describe('the profiles in which it is valid'),
  deployment: line(200).optional().describe('the only deployment for which it is valid; default: every deployment'),
})

/** The shape of a waiver file. */
export const waiverFileSchema = z.strictObject({
  waivers: z.array(waiverSchema).max(500).describe('approved exceptions; `[]` when there are none'),
})

/** What waivers are judged against. */
export interface WaiverContext extends Pick<Definitions, 'checks' | 'profiles'> {
  /** Milliseconds since the epoch. */
  readonly now: number
}

interface LoadedWaivers {
  /** Expired ones among them; `undefined` when there is any problem: a file of which a part is wrong waives nothing. */
  readonly waivers: readonly Waiver[] | undefined
  readonly diagnostics: Diagnostic[]
}

/**
 * Compiles a waiver file, strictly, and lists every problem there is rather than the first.
 *
 * @param content its bytes, or why it could not be read
 * @param file how it is called in positions
 */
export function compileWaivers(content: Uint8Array | string, file: string, context: WaiverContext): LoadedWaivers {
  const problems = new Problems()
  const root = documentOf(content, file, problems)
  if (root === undefined) return { waivers: undefined, diagnostics: problems.sorted() }
  reportIssues(waiverFileSchema.safeParse(plainValue(root)).error?.issues ?? [], root, waiverFileSchema, problems)
  const list = nodeAt(root, ['waivers'])
  const waivers = list?.kind === 'list' ? list.items.flatMap((item) => waiverOf(item, context, problems) ?? []) : []
  reportDuplicates(waivers, problems)
  const diagnostics = problems.sorted()
  return { waivers: diagnostics.length > 0 ? undefined : Object.freeze(waivers), diagnostics }
}

/** An empty file is more likely half of one than none. */
function documentOf(content: Uint8Array | string, file: string, problems: Problems): YamlNode | undefined {
  const own = new Problems()
  const root = parseSource(content, file, own)
  for (const { position, code, message, hint } of own.found()) {
    if (code === 'empty-file')
      problems.report(position, code, 'the file holds no waivers', 'write `waivers: []` if there are none')
    else problems.report(position, code, message, hint)
  }
  return root
}

/** A waiver as far as it can be read; what is wrong with its references is reported, whatever else is wrong with it. */
function waiverOf(node: YamlNode, context: WaiverContext, problems: Problems): Waiver | undefined {
  const textAt = (key: string): string | undefined => {
    const value = nodeAt(node, [key])
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
  }
  const [check, expires] = [textAt('check'), textAt('expires')]
  if (check !== undefined) judgeCheck(check, node, context, problems)
  if (expires !== undefined && dayOf(expires) !== undefined && daysLeft({ expires }, context.now) > mostDaysAhead) {
    problems.report(
      positionAt(node, ['expires']),
      'too-far-ahead',
      `a waiver must end within ${mostDaysAhead} days: today, ${dateAhead(context.now, mostDaysAhead)} at the latest`,
      'whoever approves the waiver can renew it later',
    )
  }
  const profiles = profilesOf(node, context, problems)
  const { data } = waiverSchema.safeParse(plainValue(node))
  return data === undefined
    ? undefined
    : Object.freeze({ ...data, profiles, deployment: data.deployment, position: node.position })
}

function judgeCheck(id: string, node: YamlNode, { checks }: WaiverContext, problems: Problems): void {
  const position = positionAt(node, ['check'])
  const check = checks.get(id)
  if (check !== undefined) {
    if (!check.waivable) problems.report(position, 'never-waivable', `${id} can never be waived: its pack forbids it`)
    return
  }
  const isPath = [...checks.keys()].some((known) => known.startsWith(`${id}/`))
  problems.report(
    position,
    'unknown-check',
    `unknown check ${id}`,
    isPath
      ? 'a waiver names one check by its full id'
      : (suggestionHint(id, checks.keys()) ?? '`preflight list` shows every id'),
  )
}

/** The canonical names of the profiles that are known. */
function profilesOf(node: YamlNode, { profiles }: WaiverContext, problems: Problems): readonly string[] {
  const list = nodeAt(node, ['profiles'])
  const resolved = new Set<string>()
  for (const item of list?.kind === 'list' ? list.items : []) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue
    const profile = profiles.get(item.value)
    if (profile === undefined)
      problems.report(
        item.position,
        'unknown-profile',
        `unknown profile ${item.value}`,
        suggestionHint(item.value, profiles.keys()) ?? `known: ${[...profiles.keys()].join(', ')}`,
      )
    else if (resolved.has(profile)) problems.report(item.position, 'duplicate-profile', `duplicate profile ${profile}`)
    else resolved.add(profile)
  }
  return Object.freeze([...resolved])
}

/** With two waivers for the same case it is unknown which holds. */
function reportDuplicates(waivers: readonly Waiver[], problems: Problems): void {
  waivers.forEach((waiver, index) => {
    const before = waivers.slice(0, index).find((other) => isSameCase(waiver, other))
    if (before !== undefined)
      problems.report(
        waiver.position,
        'duplicate-waiver',
        `${waiver.check} is already waived at ${formatPosition(before.position)}`,
        'remove the older of the two',
      )
  })
}

function isSameCase(a: Waiver, b: Waiver): boolean {
  const meet = a.deployment === undefined || b.deployment === undefined || a.deployment === b.deployment
  return a.check === b.check && meet && a.profiles.some((profile) => b.profiles.includes(profile))
}
