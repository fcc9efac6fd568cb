import { messageOf } from '../../base/errors.js'
import type { Capture, RunbookScope } from '../definition/runbook-definition.js'
import { isOfOutputType } from '../definition/output-type.js'
import { plainFacts, type Facts } from '../../engine/plain-facts.js'
import type { RunRedact } from './run-redact.js'

/** What a step keeps of its facts for later steps, or why it cannot. */
export function captureOutputs(
  captures: readonly Capture[],
  facts: Facts,
  scope: RunbookScope,
  redact: RunRedact,
): { readonly outputs: Facts } | { readonly problem: string } {
  const outputs: Record<string, unknown> = {}
  for (const { name, type, value } of captures) {
    let captured: unknown
    try {
      captured = value.evaluate({ ...scope, facts })
    } catch (thrown) {
      return { problem: `the output ${name} could not be captured: ${redact.text(messageOf(thrown))}` }
    }
    if (!isOfOutputType(captured, type)) return { problem: `the output ${name} is not of type ${type}` }
    // Outputs stand in the journal, and what a later step is given must be what was captured.
    if (JSON.stringify(redact.value(captured)) !== JSON.stringify(captured))
      return { problem: `the output ${name} holds a secret, which no journal may` }
    outputs[name] = captured
  }
  return { outputs: plainFacts(outputs) }
}
