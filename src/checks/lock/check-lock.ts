import { keptOfInput } from '../input-names.js'
import {
  type LockedInput,
  type SelectionLock,
  type LockedWaivers,
  formatLock,
  type AskedSelection,
} from './selection-lock.js'
import { inputsOfChecks, rulesOfInputs, lockedInputs, type InputRules } from './lock-inputs.js'
import { PreflightError, UsageError, exitCodes, DefinitionsError } from '../../base/errors.js'
import { TestedEnvironment } from '../../environment/environment.js'
import { compareWithLock, refuseBreaches } from './breaches.js'
import { refuseWrongInputs, refuseWrongSelection, loadAll, type Loaded } from '../list-checks.js'
import { knownValues, valuesOf, withSecretInputs, writtenInputs } from '../given-inputs.js'
import type { InputOption } from '../input-options.js'
import { redactorFor } from '../secrets.js'
import { type DefinitionOptions, selectionRequest, type SelectionOptions } from '../settings.js'
import { breachedInputs, formerNotices, plannedUnder } from './lock-of-run.js'
import { existingLock, lockFileOf, type LockFileOptions, lockedRequest, askedSelection } from './selection-lock-file.js'
import { shownPath } from '../../base/files/shown-path.js'
import { relative, dirname, resolve } from 'node:path'
import type { Configuration } from '../load/configuration.js'
import { missingDiagnostics, missingInputs } from '../missing-inputs.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { buildPlan } from '../plan/build-plan.js'
import type { Plan } from '../plan/plan.js'
import { replaceFile, refuseOverwriting } from '../../base/files/whole-file.js'
import { filesRead, noGround } from '../files-read.js'
import { invalidWaivers, waiverFileOf } from '../waivers/waiver-file.js'

export interface CheckedLock {
  readonly file: string
  readonly lock: SelectionLock
  /** sha256 (hex) of the file. */
  readonly digest: string
  /** Ids that the selection has gained since. */
  readonly added: readonly string[]
  /** Whether anything at all is defined otherwise than when it was locked, selected or not. */
  readonly isAsItWas: boolean
  /** What the lock leaves open. */
  readonly notices: readonly string[]
}

/**
 * Whether the selection that a lock was made of still is what was locked.
 *
 * @throws UsageError when there is no lock; DefinitionsError or PreflightError (exit 3) when the selection has lost
 *   anything
 */
export async function checkLock(
  options: DefinitionOptions & LockFileOptions & { readonly inputs: readonly InputOption[] },
): Promise<CheckedLock> {
  const read = await existingLock(lockFileOf(options))
  const { lock, digest, label } = read
  const { configuration, definitions: packs } = await loadAll(options)
  const written = await writtenInputs(configuration, packs, options.inputs)
  refuseWrongInputs(configuration, packs, written.named)
  const definitions = withSecretInputs(packs, written)
  const { selection } = lock
  const plan = asInvalid(() => plannedUnder(read, definitions, lockedRequest(lock, configuration)))
  const redactor = redactorFor(definitions, TestedEnvironment.of({}), valuesOf(written))
  const { deployment } = configuration
  const comparison = compareWithLock(lock, selection, plan, definitions, {
    deployment,
    inputs: breachedInputs(lock, { definitions, given: knownValues(written), written, redactor }),
  })
  refuseBreaches(read, comparison, { profile: plan.profile, deployment })
  return {
    file: label,
    lock,
    digest,
    added: comparison.added,
    isAsItWas: definitions.digest === lock.definitionsDigest,
    notices: formerNotices(read),
  }
}

/** A selection that the lock asks for is not a usage error of the command line. */
function asInvalid<Value>(ask: () => Value): Value {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new PreflightError(
      'lock-selection',
      exitCodes.invalid,
      `the locked checks can no longer be selected: ${error.message}`,
      { cause: error, hint: '`preflight lock` locks the current checks' },
    )
  }
}

interface LockOptions extends DefinitionOptions, LockFileOptions {
  readonly waiversFile: string | undefined
  /** `undefined` keeps the selection, the profile and the rules of the lock that is there. */
  readonly selection: SelectionOptions | undefined
  readonly inputs: readonly InputOption[]
  readonly rules: InputRules
}

export interface WrittenLock {
  readonly file: string
  readonly lock: SelectionLock
  /** The one in whose place it is, where that was kept to. */
  readonly before: SelectionLock | undefined
}

/**
 * Locks a selection as it is now, in place of the lock before.
 *
 * @throws UsageError, DefinitionsError or PreflightError for a selection that cannot be run, an input that cannot be
 *   locked, or a lock to keep
 * that is not there; OutputError when the file cannot be written
 */
export async function lockSelection(options: LockOptions): Promise<WrittenLock> {
  const file = lockFileOf(options)
  const before = options.selection === undefined ? (await existingLock(file)).lock : undefined
  const loaded = await loadAll(options)
  const { plan, asked } = planned(options.selection, before, loaded)
  const lock: SelectionLock = {
    profile: plan.profile,
    selection: asked,
    demands: {
      deployment: loaded.configuration.deployment ?? null,
      waivers: await lockedWaivers(options.waiversFile, loaded.configuration, file.label),
      inputs: await inputsOf(options, loaded, plan, before),
    },
    definitionsDigest: loaded.definitions.digest,
    checks: new Map(plan.checks.map(({ definition: { id, digest } }) => [id, digest])),
  }
  const others = await filesRead({ ...options, ...noGround }, loaded.configuration, 'lock')
  await refuseOverwriting(file.label, others, 'name a file that only the lock uses')
  // It lies beside the deployment file in a repository, where everybody reads it.
  await replaceFile(file.label, formatLock(lock), { what: 'lock', mode: 0o644 })
  return { file: file.label, lock, before: before === undefined ? undefined : inFullNames(before, loaded, plan) }
}

/** A lock with the full names of the inputs that are read, where an earlier version wrote it. */
function inFullNames(before: SelectionLock, { definitions }: Loaded, plan: Plan): SelectionLock {
  const { demands } = before
  if (demands === undefined) return before
  const read = inputsOfChecks(
    definitions,
    plan.checks.map(({ definition }) => definition),
  )
  const kept = [...read].flatMap(([name, input]) => {
    const entry = keptOfInput(demands.inputs, input)
    return entry === undefined ? [] : [[name, entry] as const]
  })
  const others = [...demands.inputs].filter(([name]) => ![...read.values()].some((input) => input.name === name))
  return { ...before, demands: { ...demands, inputs: new Map([...others, ...kept]) } }
}

function planned(
  selection: SelectionOptions | undefined,
  before: SelectionLock | undefined,
  { configuration, definitions }: Loaded,
): { readonly plan: Plan; readonly asked: AskedSelection } {
  if (selection === undefined)
    return { plan: buildPlan(definitions, lockedRequest(before!, configuration)), asked: before!.selection }
  refuseWrongSelection(selection, configuration, definitions)
  const plan = buildPlan(definitions, selectionRequest(selection, configuration))
  return { plan, asked: askedSelection(plan.request) }
}

async function inputsOf(
  { inputs, rules: added }: LockOptions,
  { configuration, definitions: packs }: Loaded,
  plan: Plan,
  before: SelectionLock | undefined,
): Promise<ReturnType<typeof lockedInputs>> {
  const written = await writtenInputs(configuration, packs, inputs)
  refuseWrongInputs(configuration, packs, written.named)
  const definitions = withSecretInputs(packs, written)
  const checks = plan.checks.map(({ definition }) => definition)
  const read = inputsOfChecks(definitions, checks)
  const kept = [...read].flatMap(([name, input]) => {
    const entry = keptOfInput(before?.demands?.inputs ?? new Map<string, LockedInput>(), input)
    return entry !== undefined && 'rule' in entry ? [[name, entry.rule] as const] : []
  })
  const rules = new Map([...kept, ...rulesOfInputs(added, definitions, checks)])
  const unread = [...written.unread].filter(([name]) => read.has(name) && !rules.has(name))
  if (unread.length > 0) throw new DefinitionsError(unread.map(([, problem]) => problem))
  const missing = missingInputs(definitions, checks, new Set([...rules.keys(), ...written.inputs.keys()]))
  if (missing.length > 0)
    throw new DefinitionsError(
      missingDiagnostics(missing, configuration, '; if it varies, give a rule: --input-rule NAME=RULE'),
    )
  return lockedInputs(definitions, checks, written.inputs, rules)
}

/** @throws DefinitionsError (exit 3) when the signers that the deployment file names cannot be read */
async function lockedWaivers(
  waiversFile: string | undefined,
  configuration: Configuration,
  lockFile: string,
): Promise<LockedWaivers> {
  const { signers } = configuration.waivers
  if (signers === undefined) {
    const file = waiverFileOf(waiversFile, configuration)
    return { unsigned: true, file: file === undefined ? null : relative(dirname(resolve(lockFile)), file.path) }
  }
  const bytes = await sourceBytes(signers)
  if (typeof bytes === 'string')
    throw invalidWaivers(shownPath(signers), 'signers-unreadable', `the signers file ${bytes}`)
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .map((line) => line.trim())
  const named = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (named.length === 0)
    throw new UsageError(`the signers file ${shownPath(signers)} contains no signer`, {
      hint: 'ssh-keygen(1), ALLOWED SIGNERS',
    })
  return { signers: [...new Set(named)] }
}
