import type { Position } from '../base/position.js'
import type { Template } from './expression/expression.js'

export const inputTypes = ['string', 'integer', 'number', 'boolean', 'duration', 'url', 'path', 'list'] as const

export type InputType = (typeof inputTypes)[number]

/** What a deployment may or must tell a pack: an address, a path, a threshold. */
export interface InputDefinition {
  readonly name: string
  readonly system: string
  readonly type: InputType
  readonly description: string
  /** Allowed values, for a string. */
  readonly values: readonly string[] | undefined
  /** May hold a credential: its value is redacted everywhere. */
  readonly secret: boolean
  /** `undefined` means required. */
  readonly default: Template | undefined
  /** The variables and inputs whose values its default may tell of: `env.NAME`, `vars.NAME`, `inputs.NAME`. */
  readonly tellsOf: readonly string[]
  /** Of those, the ones that its default makes a piece of a longer text, with no `@` behind them. */
  readonly opens: readonly string[]
  readonly position: Position
}
