import { messageOf } from '../../base/errors.js'
import { plainFacts, type Facts } from '../../engine/plain-facts.js'
import type { Capture, RunbookScope, StepDefinition } from '../definition/runbook-definition.js'
import { isOfOutputType, secretShown } from '../definition/runbook-vocabulary.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { Ending } from './carry-out.js'
import type { RunInProgress } from './run-in-progress.js'
import type { RunRedact } from './runbook-run-request.js'

type Judged = Extract<Ending, { readonly kind: 'judged' }>

/** Whether a step captures a secret: then nothing of what it found is written down or shown. */
export function givesSecret({ capture }: Pick<StepDefinition, 'capture'>): boolean {
  return capture.some(({ type }) => type === 'secret')
}

/**
 * Takes the secrets of a step into memory, where they are masked from then on: before anything of the step is written
 * down or shown, and also where the step did not end well.
 *
 * @returns why one of them cannot be kept
 */
export function takeSecrets(
  run: RunInProgress,
  { path, definition }: PlannedStep,
  { facts, outputs }: Judged,
  scope: RunbookScope,
): { readonly problem: string } | undefined {
  const { secrets } = run.request
  const problems = definition.capture
    .filter(({ type }) => type === 'secret')
    .flatMap(({ name, value }) => {
      if (outputs !== undefined) {
        secrets.pretend(path, name, secretShown)
        return []
      }
      const problem = takeSecret(value, { ...scope, facts }, (text) => secrets.keep(path, name, text))
      return problem === undefined ? [] : [`the secret ${name} ${problem}`]
    })
  const [problem] = problems
  return problem === undefined ? undefined : { problem: run.request.redact.text(problem) }
}

function takeSecret(value: Capture['value'], scope: RunbookScope, keep: (text: string) => boolean): string | undefined {
  let text: unknown
  try {
    text = value.evaluate(scope)
  } catch (thrown) {
    return `could not be captured: ${messageOf(thrown)}`
  }
  if (typeof text !== 'string') return 'is not text'
  if (text.trim() === '') return 'is empty'
  return keep(text)
    ? undefined
    : 'is too short or too common to be masked wherever it occurs; at least 8 characters are needed, 10 if they are all digits'
}

/** What a step keeps of its facts for later steps, or why it cannot; its secrets are not among that. */
export function captureOutputs(
  captures: readonly Capture[],
  { facts, outputs: given }: Judged,
  scope: RunbookScope,
  redact: RunRedact,
): { readonly outputs: Facts } | { readonly problem: string } {
  const plain = captures.filter(({ type }) => type !== 'secret')
  if (given !== undefined)
    return {
      outputs: Object.fromEntries(
        Object.entries(given).filter(
          ([name]) => !captures.some((each) => each.name === name && each.type === 'secret'),
        ),
      ),
    }
  const outputs: Record<string, unknown> = {}
  for (const { name, type, value } of plain) {
    let captured: unknown
    try {
      captured = value.evaluate({ ...scope, facts })
    } catch (thrown) {
      return { problem: `the output ${name} could not be captured: ${redact.text(messageOf(thrown))}` }
    }
    if (!isOfOutputType(captured, type)) return { problem: `the output ${name} is not of type ${type}` }
    // Outputs are in the journal, and what a later step is given must be what was captured.
    if (JSON.stringify(redact.value(captured)) !== JSON.stringify(captured))
      return { problem: `the output ${name} contains a secret, which the journal must not contain` }
    outputs[name] = captured
  }
  return { outputs: plainFacts(outputs) }
}
