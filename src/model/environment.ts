import { Secret } from '../kernel/secret.js'

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
 * The environment under test: what the deployment is (to be) started with, never preflight's own surroundings.
 * Names are looked up as own entries only, so that `constructor` is a variable like any other.
 */
export class TestedEnvironment {
  readonly #variables: ReadonlyMap<string, TestedVariable>

  constructor(variables: Iterable<readonly [string, TestedVariable]>) {
    this.#variables = new Map(variables)
  }

  /** From plain name/value pairs, all of one source. */
  static of(values: Readonly<Record<string, string>>, source = 'environment'): TestedEnvironment {
    return new TestedEnvironment(Object.entries(values).map(([name, value]) => [name, { value: new Secret(value), origin: { source, line: 0 } }]))
  }

  entries(): readonly (readonly [string, TestedVariable])[] {
    return [...this.#variables]
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
