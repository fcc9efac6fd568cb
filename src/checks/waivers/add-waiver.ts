import { UsageError } from '../../base/errors.js'
import { isThere } from '../../base/files/state-folder.js'
import { compileWaivers, type WaiverContext } from './load-waivers.js'
import { type Waiver, dateAhead, mostDaysAhead } from './waiver.js'
import type { Person } from '../../engine/person.js'
import { refuseOverwriting, replaceFile } from '../../base/files/whole-file.js'
import { filesRead, noGround } from '../files-read.js'
import { explainCheck, loadAll } from '../list-checks.js'
import type { DefinitionOptions } from '../settings.js'
import { compiled } from './list-waivers.js'
import { answered, offeredFile, readWaiverBytes, waiverFileOf } from './waiver-file.js'
import { signingCommand } from './waiver-signature.js'
import type { CheckDefinition } from '../definition.js'
import { defaultProfile } from '../../base/vocabulary.js'
import { isSeq, parseDocument } from 'yaml'

interface AddWaiverOptions extends DefinitionOptions {
  readonly waiversFile: string | undefined
  /** Left out, it is asked for. */
  readonly check: string | undefined
  readonly given: GivenWaiver
  /** The person to ask for what is missing; `undefined` without a terminal. */
  readonly person: Person | undefined
}

export interface AddedWaiver {
  readonly file: string
  /** The deployment file that was made to name it; `undefined` where nothing had to be. */
  readonly namedBy: string | undefined
  readonly waiver: Waiver
  /** How the file is signed, where the deployment demands that. */
  readonly signWith: string | undefined
}

/**
 * Adds a waiver to a file, in one piece and with everything it already holds, comments too. A file that is not there is
 * begun.
 *
 * @throws UsageError for a check that is unknown or can never be waived, for what is missing or wrong, for a file that
 *   is something else's; DefinitionsError when the file is wrong already; OutputError when it cannot be written
 */
export async function addWaiver(options: AddWaiverOptions, signal: AbortSignal): Promise<AddedWaiver> {
  const { configuration, definitions } = await loadAll(options)
  const named = waiverFileOf(options.waiversFile, configuration)
  const offered =
    named === undefined ? await offeredFile(configuration, wordsOf(options), options.person, signal) : undefined
  const file = named ?? offered!.file
  const others = await filesRead({ ...options, ...noGround }, configuration, 'waivers')
  await refuseOverwriting(file.label, others, 'name a file that only the waivers use')
  const { check } = await explainCheck(options.check ?? (await askForCheck(options.person, signal)), options)
  if (!check.waivable) throw new UsageError(`${check.id} can never be waived: its pack forbids it`)
  const context: WaiverContext = { ...definitions, now: Date.now() }
  const before = (await isThere(file.path)) ? await readWaiverBytes(file) : undefined
  const count = before === undefined ? 0 : compiled(before, file.label, context).length
  const entry = await askForWaiver(
    check,
    options.given,
    { profile: configuration.profile, now: context.now },
    options.person,
    signal,
  )
  const text = withEntry(before, entry)
  const waiver = accepted(text, file.label, context, count)
  await replaceFile(file.path, text, { what: 'waiver file', ...(before === undefined ? { mode: 0o644 } : {}) })
  const namedBy = await offered?.name()
  return {
    file: file.label,
    namedBy,
    waiver,
    signWith: file.signers === undefined ? undefined : signingCommand(file.label),
  }
}

/** What was given, as it would be typed again. */
function wordsOf({ check, given, config, checks, noBuiltin }: AddWaiverOptions): readonly string[] {
  const { profiles, ...single } = given
  return [
    ...(check === undefined ? [] : [check]),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...checks.flatMap((folder) => ['--checks', folder]),
    ...(noBuiltin ? ['--no-builtin'] : []),
    ...(config === undefined ? [] : ['--config', config]),
  ]
}

/** The new waiver, as the text that is to be written has it. @throws UsageError when no run would take that text */
function accepted(text: string, label: string, context: WaiverContext, index: number): Waiver {
  const { waivers, diagnostics } = compileWaivers(Buffer.from(text), label, context)
  const waiver = waivers?.[index]
  if (waiver !== undefined) return waiver
  const [first] = diagnostics
  throw new UsageError(`the waiver cannot be added: ${diagnostics.map(({ message }) => message).join('; ')}`, {
    hint: first?.hint,
  })
}

/** What the command line says of a waiver. */
export interface GivenWaiver {
  readonly reason: string | undefined
  readonly owner: string | undefined
  readonly ticket: string | undefined
  readonly expires: string | undefined
  readonly profiles: readonly string[]
  readonly deployment: string | undefined
}

interface Suggestions {
  /** The deployment file's profile. */
  readonly profile: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** @throws UsageError when no person can be asked; PreflightError when the question was not answered */
async function askForCheck(person: Person | undefined, signal: AbortSignal): Promise<string> {
  if (person === undefined)
    throw new UsageError('the id of the check must be given: without a terminal preflight cannot ask for it', {
      hint: '`preflight list` lists the checks',
    })
  return answer(person, { ask: 'Which check may fail? (its id)' }, true, signal)
}

/**
 * Completes what was given.
 *
 * @throws UsageError, naming all that is missing, when no person can be asked; PreflightError when a question was not
 *   answered
 */
async function askForWaiver(
  check: CheckDefinition,
  given: GivenWaiver,
  { profile = defaultProfile, now }: Suggestions,
  person: Person | undefined,
  signal: AbortSignal,
): Promise<WaiverEntry> {
  const questions = {
    reason: 'Why may it fail?',
    owner: 'Who is responsible?',
    ticket: 'Which ticket approves it?',
    expires: `Until which day, at most ${dateAhead(now, mostDaysAhead)} (in UTC)?`,
    profiles: `In which profiles, separated by commas? (empty: ${profile})`,
  } as const
  const explain = `${check.id}: ${check.title}\n${check.why}`.trim()
  const missing = (Object.keys(questions) as (keyof typeof questions)[]).filter((name) =>
    name === 'profiles' ? given.profiles.length === 0 : given[name] === undefined,
  )
  if (missing.length > 0 && person === undefined) {
    throw new UsageError(
      `${missing.map((name) => `--${name === 'profiles' ? 'profile' : name}`).join(', ')} must be given: without a terminal preflight cannot ask for them`,
    )
  }
  const answers = new Map<string, string>()
  for (const [index, name] of missing.entries()) {
    answers.set(
      name,
      await answer(person!, { ask: questions[name], ...(index === 0 ? { explain } : {}) }, name !== 'profiles', signal),
    )
  }
  const text = (name: 'reason' | 'owner' | 'ticket' | 'expires'): string => given[name] ?? answers.get(name)!
  const named = (answers.get('profiles') ?? '').split(',').flatMap((name) => name.trim() || [])
  return {
    check: check.id,
    reason: text('reason'),
    owner: text('owner'),
    ticket: text('ticket'),
    expires: text('expires'),
    profiles: given.profiles.length > 0 ? given.profiles : named.length > 0 ? named : [profile],
    ...(given.deployment === undefined ? {} : { deployment: given.deployment }),
  }
}

async function answer(
  person: Person,
  question: { readonly ask: string; readonly explain?: string },
  isRequired: boolean,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const line = (await answered(person.line(question, signal))).trim()
    if (line !== '' || !isRequired) return line
  }
}

/** A waiver as it is written into a file. */
interface WaiverEntry {
  readonly check: string
  readonly reason: string
  readonly owner: string
  readonly ticket: string
  readonly expires: string
  readonly profiles: readonly string[]
  readonly deployment?: string
}

const newFile =
  '# Approved exceptions: a check that may fail until a day. This file shows everyone what is let through, and who is responsible.\nwaivers: []\n'

/**
 * The text of a waiver file with one more entry; comments and the way things are written stay. @param before a file
 * without a mistake, or none
 */
function withEntry(before: Uint8Array | undefined, entry: WaiverEntry): string {
  const document = parseDocument(before === undefined ? newFile : new TextDecoder().decode(before), {
    version: '1.2',
    schema: 'core',
  })
  const list = document.get('waivers')
  if (!isSeq(list)) throw new TypeError('a waiver file without a list was accepted as complete')
  // In braces and brackets a long list is hard to review.
  if (list.items.length === 0) list.flow = false
  const node = document.createNode(entry)
  const profiles = node.get('profiles')
  if (isSeq(profiles)) profiles.flow = true
  list.add(node)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
