import type { GrowingRedactor } from '../../redaction/redact.js'
import { Secret } from '../../redaction/secret-value.js'

/** The secrets that the steps of a run have captured. They are nowhere but here, and gone with the process. */
export class SecretOutputs {
  readonly #values = new Map<string, Secret>()
  readonly #redactor: Pick<GrowingRedactor, 'learn'>

  constructor(redactor: Pick<GrowingRedactor, 'learn'>) {
    this.#redactor = redactor
  }

  /** Keeps a secret, masked from now on. @returns whether it can be masked; else it is not kept */
  keep(path: string, name: string, value: string): boolean {
    if (!this.#redactor.learn(`secret output ${name} of ${path}`, value)) return false
    this.pretend(path, name, value)
    return true
  }

  /** Keeps what stands for a secret where nothing is really done. */
  pretend(path: string, name: string, value: string): void {
    this.#values.set(keyOf(path, name), new Secret(value))
  }

  has(path: string, name: string): boolean {
    return this.#values.has(keyOf(path, name))
  }

  /** The value itself, for the expressions of the steps. */
  reveal(path: string, name: string): string | undefined {
    return this.#values.get(keyOf(path, name))?.reveal()
  }

  /** As after the end of the process. */
  forget(): void {
    this.#values.clear()
  }
}

/** No path of a step holds a blank. */
function keyOf(path: string, name: string): string {
  return `${path} ${name}`
}
