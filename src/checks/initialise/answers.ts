import type { EnvironmentSource } from '../../environment/environment-source.js'

/** An input of a pack, as it was answered; `undefined` for one that is required and still unknown. */
export interface InputAnswer {
  readonly system: string
  readonly name: string
  readonly description: string
  /** Its text is then never written into the deployment file. */
  readonly isSecret: boolean
  readonly value: string | undefined
}

/** Everything that decides what is written. */
export interface InitAnswers {
  readonly deployment: string
  /** Names of packs that ship. */
  readonly packs: readonly string[]
  /** Whether a pack of the user's own is written. */
  readonly isOwn: boolean
  /** Where the environment under test comes from; none when that is still unknown. */
  readonly environment: readonly EnvironmentSource[]
  /** `undefined` where no pack in use has gates. */
  readonly gates: boolean | undefined
  readonly inputs: readonly InputAnswer[]
  /** What the pack of the user's own looks at, besides what the environment names. */
  readonly addresses: readonly string[]
}
