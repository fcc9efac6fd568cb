/**
 * Names and what they stand for, in any kind of file. `absences` says why a path has no value, for messages; never a
 * value.
 */
export type ExpressionScope = Readonly<Record<string, unknown>> & {
  readonly absences?: Readonly<Record<string, string>> | undefined
}

/** What expressions of a check can see. `facts` only in `expect`; `env` holds raw text, absent names absent. */
export type Scope = {
  readonly facts?: unknown
  readonly vars: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, unknown>>
  readonly profile: string
  /**
   * Why a path has no value (`vars.NAME`, `inputs.name`), for the message of an expression that reads it; never a
   * value.
   */
  readonly absences?: Readonly<Record<string, string>>
}

/** A compiled, type-checked expression. */
export interface Expression {
  readonly source: string
  /** Every path it reads, as written: `facts.value`, `vars.NAME`, `inputs.bus_url`, `profile`. */
  readonly references: readonly string[]
  /** By variable or input, those that it is asked to be the same as: the value of one tells the other's. */
  readonly equated?: ReadonlyMap<string, readonly string[]>
  /** @throws Error when the evaluation fails; the message never holds a value */
  evaluate(scope: ExpressionScope): unknown
}

/** A value of a definition in which `${{ … }}` may stand: resolved only when it is used. */
export interface Template {
  readonly references: readonly string[]
  /** @throws Error when one of its expressions fails */
  resolve(scope: ExpressionScope): unknown
}
