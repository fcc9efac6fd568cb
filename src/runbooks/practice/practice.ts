import { rm } from 'node:fs/promises'
import { UsageError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import { newTemporaryFolder } from '../../base/files/state-folder.js'
import type { JournalEvent } from '../record/journal.js'
import { UnansweredError, type Person } from '../../engine/person.js'
import { RunFold, type RunRecord } from '../record/run-record.js'
import type { RunbookRunRequest } from '../run/runbook-run-request.js'
import { needsApproval } from '../definition/runbook-definition.js'
import { undoCourse } from '../run/decision.js'
import { unmaskableNotices } from '../../redaction/unmaskable-notice.js'
import { conduct, reallyCarryOut, type Conduct } from '../conduct.js'
import { prepareRunbook, type GatherOptions, type PreparedRunbook } from '../prepare/prepare-runbook.js'
import { currentOperator } from '../../processes/operator.js'
import { answersFor, readAnswers, type Answers, scoreOf, type PracticeScore } from './practice-answers.js'
import { startedEvent, type ConductOptions } from '../start-run.js'
import { MemoryJournal } from './memory-journal.js'
import { askEnd, askOutcome, askRequirements } from './practice-questions.js'
import { practisedLook } from './practised-requirements.js'
import { sampleOutputs } from './sample-outputs.js'

/** What happens in a practice, and who plays. */
export interface InjectedPractice extends Pick<ConductOptions, 'conductor' | 'terminal' | 'interruption'> {
  /** Path of a step that fails. */
  readonly failAt: string | undefined
  /** Path of a step in which the process dies, after its intent is on record. */
  readonly killAt: string | undefined
  /** Whether somebody is there to say how each step ends; every step ends well otherwise. */
  readonly isAsking: boolean
}

interface PracticeOptions extends GatherOptions, InjectedPractice {
  /** A file of recorded answers. */
  readonly answers: string | undefined
}

export interface Practice {
  readonly record: RunRecord
  readonly score: PracticeScore
}

/** What a killed process is in practice: nothing after it is written down. */
class KilledInPractice extends Error {}

/**
 * Plays a runbook with every effect replaced by a recorded answer, the operator's word, or a good end; injects a
 * failure or a crash, goes on from there as an operator would (resume, resolve, undo), and scores what was exercised.
 * Nothing is run, contacted or kept.
 *
 * @throws UsageError for a step that does not exist
 */
export async function practise(options: PracticeOptions): Promise<Practice> {
  const answers = options.answers === undefined ? new Map<string, never>() : await readAnswers(options.answers)
  return practiseGathered(await prepareRunbook({ ...options, isPractice: true }), answers, options)
}

/**
 * The same for a runbook that was loaded already, with answers that were read. @throws UsageError for a step that does
 * not exist
 */
export async function practiseGathered(
  gathered: PreparedRunbook,
  given: Answers,
  options: InjectedPractice,
): Promise<Practice> {
  for (const path of [options.failAt, options.killAt]) refuseUnknownStep(gathered, path)
  const answers = answersFor(gathered, given)
  for (const notice of unmaskableNotices(gathered.redactor)) options.terminal.warn(notice)
  // What fails in practice fails at once: there is no second attempt.
  const once = {
    ...gathered,
    steps: gathered.steps.map((step) => ({
      ...step,
      definition: { ...step.definition, retry: { attempts: 1, delay: 1 } },
    })),
  }
  const folder = await newTemporaryFolder('practice')
  try {
    return await play(options, once, answers, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function play(
  options: InjectedPractice,
  gathered: PreparedRunbook,
  answers: Answers,
  folder: string,
): Promise<Practice> {
  const operator = currentOperator()
  const journal = new MemoryJournal()
  const fold = new RunFold(await journal.append(startedEvent(gathered, 'practice', operator, true)))
  const injected = { failAt: options.failAt, killAt: options.killAt }
  const base: Conduct = {
    ...options,
    gathered,
    fold,
    journal,
    folder,
    operator,
    person: practisingPerson(options),
    approved: options.isAsking ? [] : stepsToApprove(gathered),
    approvals: [],
    // Practice keeps nothing, and asks no peer.
    state: undefined,
  }
  const carryOut = (person: Person) => practisedCarryOut({ ...base, person }, options, answers, injected)
  const lookAtRequirements = (person: Person) =>
    practisedLook(
      answers,
      options.isAsking ? (lines) => askRequirements(person, lines, options.interruption.signal) : undefined,
    )
  const go = (back?: { readonly reason: string }): Promise<RunRecord> =>
    conduct({ ...base, carryOut, lookAtRequirements }, back)
  const record = async (event: JournalEvent): Promise<void> => fold.apply(await journal.append(event))

  const goThrough = async (back?: { readonly reason: string }): Promise<void> => {
    try {
      await go(back)
    } catch (error) {
      if (!(error instanceof KilledInPractice)) throw error
      options.terminal.warn('practice: the process is killed here; the run is resumed')
      gathered.secrets.forget()
      await record({ type: 'run-resumed', operator, planHash: gathered.plan.hash })
      await go()
    }
  }
  await goThrough()
  const unknown = [...fold.record.steps.values()].find(({ state }) => state === 'unknown')
  if (unknown !== undefined) {
    const { conductor, interruption } = options
    const as = options.isAsking ? await askOutcome(conductor, unknown.path, interruption.signal) : 'not-done'
    await record({ type: 'step-resolved', step: unknown.path, as, reason: 'practice', operator })
    await record({ type: 'run-resumed', operator, planHash: gathered.plan.hash })
    await go()
  }
  if (fold.record.state === 'failed' && undoCourse(fold.record).steps.length > 0) {
    options.terminal.warn('practice: the run failed; its steps are now undone')
    await goThrough({ reason: 'practice' })
  }
  return { record: fold.record, score: scoreOf(fold.record, gathered.steps) }
}

function practisedCarryOut(
  base: Conduct,
  options: InjectedPractice,
  answers: Answers,
  injected: { failAt: string | undefined; killAt: string | undefined },
): RunbookRunRequest['carryOut'] {
  const real = reallyCarryOut(base, () => undefined)
  return async (step, role, operation, prepared, scope, signal) => {
    const { path, definition } = step
    const kind = base.gathered.kinds.get(operation.action.kind)!
    if (role === 'step' && injected.killAt === path) {
      injected.killAt = undefined
      throw new KilledInPractice()
    }
    if (role === 'step' && injected.failAt === path)
      return {
        kind: 'judged',
        facts: {},
        judgement: { status: 'fail', message: 'practice: the step fails here' },
        changedNothing: false,
      }
    const answer = answers.get(role === 'step' ? path : `${path}#${role}`)
    // What only decides or computes has no effect to replace.
    if (kind.structure !== undefined && kind.structure !== 'probe' && answer === undefined)
      return real(step, role, operation, prepared, scope, signal)
    const outcome =
      answer?.outcome ??
      (options.isAsking
        ? await askEnd(
            base.person,
            `${role === 'step' ? '' : `${role} of `}${definition.title}`,
            prepared.description.lines,
            signal,
          )
        : 'done')
    const outputs = { ...sampleOutputs(definition), ...answer?.outputs }
    const facts = answer?.facts ?? {}
    switch (outcome) {
      case 'done':
        return {
          kind: 'judged',
          facts,
          judgement: { status: 'pass', message: '' },
          changedNothing: false,
          outputs: role === 'step' ? outputs : {},
        }
      case 'failed':
        return {
          kind: 'judged',
          facts,
          judgement: { status: 'fail', message: 'practice: the step failed' },
          changedNothing: false,
        }
      case 'unknown':
        return { kind: 'indefinite', message: 'practice: the end of the step is unknown', isInterrupted: false }
      case 'not-performed':
        return { kind: 'not-performed', message: 'practice: nothing was done' }
    }
  }
}

/** Without anybody to ask, the first alternative is taken, so that practice gets as far as it can. */
function practisingPerson({ isAsking, conductor }: InjectedPractice): Person {
  if (isAsking) return conductor
  const refuse = (): Promise<never> => Promise.reject(new UnansweredError('this practice does not ask questions'))
  return { type: refuse, line: refuse, secret: refuse, pick: (_question, [first]) => Promise.resolve(first!.value) }
}

function stepsToApprove({ steps }: PreparedRunbook): readonly string[] {
  return steps.filter(({ definition }) => needsApproval(definition)).map(({ path }) => path)
}

function refuseUnknownStep({ steps }: PreparedRunbook, path: string | undefined): void {
  const paths = steps.map((step) => step.path)
  if (path !== undefined && !paths.includes(path))
    throw new UsageError(`unknown step ${path}`, {
      hint: suggestionHint(path, paths) ?? `steps: ${paths.join(', ')}`,
    })
}
