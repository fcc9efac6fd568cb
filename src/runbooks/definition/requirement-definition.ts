import type { Position } from '../../base/errors.js'
import type { Expression, Template } from '../../definitions/expression/expression.js'

/** What a runbook can require. */
export const requirementKinds = ['program', 'file', 'address'] as const

export type RequirementKind = (typeof requirementKinds)[number]

/** Something that must be there before a runbook has its first effect. */
export interface RequirementDefinition {
  readonly kind: RequirementKind
  /** The program with the folder that it starts in, the path, or the address. */
  readonly input: Template
  /** It is required only where this is true. */
  readonly when: Expression | undefined
  /** Ids of the steps that need it; all of them when empty. */
  readonly neededBy: readonly string[]
  /** Milliseconds that the look at it may take. */
  readonly timeout: number
  /** What to do where it is missing. */
  readonly fix: Template | undefined
  /** As in the file, for people: `./run.sh in ${{ params.folder }}`. */
  readonly written: { readonly name: string; readonly fix: string | undefined }
  readonly position: Position
}
