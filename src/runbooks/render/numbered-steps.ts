import type { Alternative, RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'

/** A step in its place in the document. */
export interface NumberedStep {
  /** `3`, `3a.1`, `4.2`. */
  readonly number: string
  readonly path: string
  readonly step: StepDefinition
  /** Id of the step in front of it in its list. */
  readonly previous: string | undefined
  /** The step as its file says it. */
  readonly written: Readonly<Record<string, unknown>>
  readonly alternatives: readonly {
    readonly letter: string
    readonly alternative: Alternative
    readonly steps: readonly NumberedStep[]
  }[]
  /** The steps of the runbook it includes, where that is to be spread out. */
  readonly included: readonly NumberedStep[]
  readonly isAfterUndo?: boolean
}

/**
 * Numbers the steps of a runbook. @param spread runbooks whose steps are to be below the step that includes them, by
 * id
 */
export function numberedSteps(
  runbook: RunbookDefinition,
  spread: ReadonlyMap<string, RunbookDefinition>,
): readonly NumberedStep[] {
  const number = (
    steps: readonly StepDefinition[],
    written: unknown,
    prefix: string,
    path: string,
  ): readonly NumberedStep[] =>
    steps.map((step, index) => {
      const own = writtenStep(written, step.id)
      const at = `${prefix}${index + 1}`
      const here = `${path}${step.id}`
      const other = step.includes === undefined ? undefined : spread.get(step.includes)
      return {
        number: at,
        path: here,
        step,
        previous: steps[index - 1]?.id,
        written: own,
        alternatives: step.alternatives.map((alternative, place) => {
          const letter = `${at}${letterOf(place)}`
          const list = mappingAt(own, step.action.kind, 'options', alternative.name)['steps']
          return {
            letter,
            alternative,
            steps: number(alternative.steps, list, `${letter}.`, `${here}/${alternative.name}/`),
          }
        }),
        included:
          other === undefined ? [] : number(other.steps, mappingAt(other.written)['steps'], `${at}.`, `${here}/`),
      }
    })
  return number(runbook.steps, mappingAt(runbook.written)['steps'], '', '')
}

/** The steps that run when an undo has ended. */
export function stepsAfterUndo({ afterUndo, written }: RunbookDefinition): readonly NumberedStep[] {
  const list = mappingAt(written)['after-undo']
  return afterUndo.map((step, index) => ({
    number: `U${index + 1}`,
    path: `after-undo/${step.id}`,
    step,
    previous: afterUndo[index - 1]?.id,
    written: writtenStep(list, step.id),
    alternatives: [],
    included: [],
    isAfterUndo: true,
  }))
}

/** All of them in the order of the document. */
export function flatSteps(steps: readonly NumberedStep[]): readonly NumberedStep[] {
  return steps.flatMap((step) => [
    step,
    ...step.alternatives.flatMap((each) => flatSteps(each.steps)),
    ...flatSteps(step.included),
  ])
}

/** a … z, then aa, ab …: as columns of a spreadsheet are named. */
function letterOf(place: number): string {
  const rest = Math.floor(place / 26)
  return (rest === 0 ? '' : letterOf(rest - 1)) + String.fromCharCode(97 + (place % 26))
}

/** What a runbook's file says where the compiled definition has only what it means: defaults, messages, settings. */

type Mapping = Readonly<Record<string, unknown>>

export function mappingAt(value: unknown, ...keys: readonly string[]): Mapping {
  let here = value
  for (const key of keys) here = isMapping(here) ? here[key] : undefined
  return isMapping(here) ? here : {}
}

/** The step of a list of the file that has this id. */
function writtenStep(steps: unknown, id: string): Mapping {
  return Array.isArray(steps) ? mappingAt(steps.find((step) => isMapping(step) && step['id'] === id)) : {}
}

/** The message of an expectation, expressions unresolved; empty where there is none. */
export function writtenMessage(operation: Mapping, index: number): string {
  const { expect } = operation
  const message = Array.isArray(expect) ? mappingAt(expect[index])['message'] : undefined
  return typeof message === 'string' ? message : ''
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
