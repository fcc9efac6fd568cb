import { Secret } from '../redaction/secret-value.js'

/** Where a variable's value came from, for messages. `line` is 0 where the source has no lines. */
export interface VariableOrigin {
  readonly source: string
  readonly line: number
}

export interface TestedVariable {
  readonly value: Secret
  readonly origin: VariableOrigin
}

/**
 * The environment under test: what the deployment is (to be) started with, never preflight's own surroundings. Names
 * are looked up as own entries only, so that `constructor` is a variable like any other.
 */
export class TestedEnvironment {
  readonly #variables: ReadonlyMap<string, TestedVariable>
  readonly #replaced: readonly (readonly [string, Secret])[]

  /**
   * The later of two variables of a name counts. What it replaces is still known: what was running had that value, and
   * its logs may hold it.
   */
  constructor(
    variables: Iterable<readonly [string, TestedVariable]>,
    /** What a reader of the report should know of the sources; none holds a value. */
    readonly notices: readonly string[] = [],
  ) {
    const current = new Map<string, TestedVariable>()
    const replaced: (readonly [string, Secret])[] = []
    for (const [name, variable] of variables) {
      const before = current.get(name)
      if (before !== undefined) replaced.push([name, before.value])
      current.set(name, variable)
    }
    this.#variables = current
    this.#replaced = replaced
  }

  /** From plain name/value pairs, all of one source. */
  static of(values: Readonly<Record<string, string>>, source = 'environment'): TestedEnvironment {
    return new TestedEnvironment(
      Object.entries(values).map(([name, value]) => [name, { value: new Secret(value), origin: { source, line: 0 } }]),
    )
  }

  entries(): readonly (readonly [string, TestedVariable])[] {
    return [...this.#variables]
  }

  /** Every value that a source gave, those included that a later source replaced. */
  everyValue(): readonly (readonly [string, Secret])[] {
    return [...[...this.#variables].map(([name, { value }]) => [name, value] as const), ...this.#replaced]
  }

  names(): readonly string[] {
    return [...this.#variables.keys()]
  }

  has(name: string): boolean {
    return this.#variables.has(name)
  }

  /** The value of a variable, wrapped; `undefined` when it is absent (an empty one is present). */
  get(name: string): Secret | undefined {
    return this.#variables.get(name)?.value
  }

  origin(name: string): VariableOrigin | undefined {
    return this.#variables.get(name)?.origin
  }
}
