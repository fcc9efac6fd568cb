import type { z } from 'zod'
import type { ActionContext, StepKind } from '../../../../src/runbooks/definition/step-kind.js'
import { stepContext } from '../perform.js'

/** The context of a step of a run that others than this process's user started, with what a test makes different. */
export function contextOf(different: Partial<ActionContext> = {}): ActionContext {
  return { ...stepContext({ effect: 'read' }), ...different }
}

/** Carries an action out as a run would: the input is parsed by its own schema, the facts must satisfy theirs. */
export async function performWith<Input extends z.ZodType, Facts extends z.ZodObject>(
  action: StepKind<Input, Facts>,
  input: z.input<Input>,
  different: Partial<ActionContext> = {},
): Promise<z.output<Facts>> {
  return action.facts.parse(await action.perform(action.input.parse(input), contextOf(different)))
}
