import { redactUntypedFacts } from '../../checks/result/redacted-facts.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEventOf } from '../record/journal.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { Ending } from './carry-out.js'
import type { RunInProgress } from './run-in-progress.js'
import { notTriedAgain } from '../../net/refusal.js'
import { captureOutputs, givesSecret, takeSecrets } from './captured-outputs.js'

/** How an attempt of a step ended, as it is written down. */
export interface StepResult {
  readonly written: Omit<JournalEventOf<'step-result'>, 'type' | 'step' | 'attempt' | 'durationMs'>
  /** Its credentials were refused: they are not tried again by themselves. */
  readonly isLoginRefused?: boolean | undefined
  /** How to answer what was not answered. */
  readonly hint?: string | undefined
}

/** What an ending means for its step: whether it is done, and whether it may have taken effect. */
export async function stepResult(
  run: RunInProgress,
  step: PlannedStep,
  ending: Ending,
  scope: RunbookScope,
): Promise<StepResult> {
  const result = await resultOf(run, step, ending, scope)
  return run.isItem(step) ? { ...result, written: itemResult(result.written, ending) } : result
}

/**
 * The same of an item of a checklist, as of a check: red is what was observed and is not as expected, a problem that
 * could be classified included. What waits for the word of a person is open.
 */
function itemResult(written: StepResult['written'], ending: Ending): StepResult['written'] {
  if (ending.kind === 'unanswered') return { ...written, state: 'open' }
  return written.state === 'failed' && !isRed(ending) ? { ...written, state: 'not-evaluated' } : written
}

function isRed(ending: Ending): boolean {
  if (ending.kind === 'not-performed') return ending.isProblem === true
  return ending.kind === 'judged' && (ending.judgement.status === 'fail' || ending.judgement.isProblem === true)
}

async function resultOf(
  run: RunInProgress,
  step: PlannedStep,
  ending: Ending,
  scope: RunbookScope,
): Promise<StepResult> {
  const { definition } = step
  const { redact } = run.request
  const possible = definition.effect === 'read' ? 'none' : 'possible'
  const blank = { facts: {}, outputs: {} }
  const isRetryable = definition.retry.attempts > 1
  switch (ending.kind) {
    case 'not-performed':
      return {
        written: {
          ...blank,
          state: 'failed',
          effect: 'none',
          message: redact.text(
            ending.isLoginRefused === true && isRetryable ? notTriedAgain(ending.message) : ending.message,
          ),
        },
        isLoginRefused: ending.isLoginRefused,
      }
    case 'unanswered':
      return {
        written: { ...blank, state: 'cancelled', effect: 'none', message: redact.text(ending.message) },
        hint: ending.hint,
      }
    case 'judged': {
      // First of all, so that everything below is masked; also of a step that did not end well.
      const taken = takeSecrets(run, step, ending, scope)
      // What holds a secret says something of it by its length alone.
      const facts = givesSecret(definition) ? {} : redactUntypedFacts(ending.facts, redact)
      const isHeldBack = ending.isLoginRefused === true && isRetryable
      const said = ending.judgement.message
      const message = redact.text(isHeldBack ? notTriedAgain(said) : said)
      if (ending.judgement.status !== 'pass')
        return {
          written: { state: 'failed', effect: ending.changedNothing ? 'none' : possible, message, facts, outputs: {} },
          isLoginRefused: ending.isLoginRefused,
        }
      const captured = taken ?? captureOutputs(definition.capture, ending, scope, redact)
      if ('problem' in captured)
        return { written: { state: 'failed', effect: possible, message: captured.problem, facts, outputs: {} } }
      return { written: { state: 'done', effect: possible, message: '', facts, outputs: captured.outputs } }
    }
    case 'indefinite':
      return { written: await indefinite(run, step, ending), isLoginRefused: ending.isLoginRefused }
  }
}

/** It was begun, and its end was not seen: of what must happen at most once, the verification may tell. */
async function indefinite(
  run: RunInProgress,
  step: PlannedStep,
  ending: Ending & { kind: 'indefinite' },
): Promise<StepResult['written']> {
  const { definition } = step
  const message = run.request.redact.text(ending.message)
  const blank = { facts: {}, outputs: {}, message }
  if (definition.effect === 'read')
    return { ...blank, state: ending.isInterrupted ? 'cancelled' : 'failed', effect: 'none' }
  const { isManual } = run.step(step.path)
  if (ending.isInterrupted && (definition.effect === 'idempotent' || isManual))
    return { ...blank, state: 'cancelled', effect: isManual ? 'none' : 'possible' }
  if (definition.effect === 'idempotent') return { ...blank, state: 'failed', effect: 'possible' }
  if (ending.isInterrupted || definition.verify === undefined) return { ...blank, state: 'unknown', effect: 'possible' }
  const answer = await run.verify(step, definition.verify, 'verify')
  if (answer.answer === 'holds')
    return {
      ...blank,
      state: 'done',
      effect: 'possible',
      message: `${message}; its verification shows that it took effect`,
    }
  if (answer.answer === 'does-not-hold')
    return {
      ...blank,
      state: 'failed',
      effect: 'none',
      message: `${message}; its verification shows that it did not take effect: ${answer.message}`,
    }
  return {
    ...blank,
    state: 'unknown',
    effect: 'possible',
    message: `${message}; its verification gave no answer: ${answer.message}`,
  }
}
