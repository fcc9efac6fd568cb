/** Variables or inputs to set; null removes one. */
export type Changes = Readonly<Record<string, string | null>>

export interface FaultEffect {
  readonly environment: Changes
  readonly inputs: Changes
  /**
   * Where the bus that runs is another one than the deployment's: starts it again with this environment; resolves to
   * the inputs that change.
   */
  restartBus?(environment: Readonly<Record<string, string>>): Promise<Changes>
  /** Mends what was broken; settles when the deployment is complete again. */
  undo(): Promise<void>
}

/** A map with the changes of a fault in it. */
export function changed(base: Readonly<Record<string, string>>, changes: Changes): Record<string, string> {
  const all = Object.entries({ ...base, ...changes })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null))
}
