import type { FaultDescription } from './faults/fault-description.js'
import { changed, type FaultEffect } from './faults/fault-effect.js'
import type { ProgramUser } from './process/needed-programs.mjs'

/** What a deployment of the sandbox can be told, by the names of the flags. */
export interface SandboxOptions {
  readonly launcher?: string | undefined
  readonly backend?: string | undefined
}

/** A deployment that is up, with what tells a run all about it. */
export interface StartedSystem {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  /** Mends the fault, ends every process and removes the folder. */
  stop(): Promise<void>
}

/** One of the deployments that the sandbox can be. */
export interface SandboxSystem {
  /** The packs that judge it. */
  readonly systems: readonly string[]
  /** What a run judges when it is told nothing; nothing for what every run judges then. */
  readonly selectors: readonly string[]
  readonly options: readonly (keyof SandboxOptions)[]
  /** Whose programs it needs. */
  readonly programs: ProgramUser
  readonly faults: readonly FaultDescription[]
  /** @param fault the name of one of its faults, which is broken first */
  start(options: SandboxOptions, fault: string | undefined): Promise<StartedSystem>
}

/** Starts a deployment, and breaks it where a fault is named. What was started is stopped again when that fails. */
export async function startBroken<Deployment extends StartedSystem>(
  start: () => Promise<Deployment>,
  fault: { apply(deployment: Deployment): Promise<FaultEffect> } | undefined,
): Promise<StartedSystem> {
  const deployment = await start()
  try {
    const effect = await fault?.apply(deployment)
    return {
      folder: deployment.folder,
      environment: changed(deployment.environment, effect?.environment ?? {}),
      inputs: changed(deployment.inputs, effect?.inputs ?? {}),
      async stop() {
        await effect?.undo()
        await deployment.stop()
      },
    }
  } catch (error) {
    await deployment.stop()
    throw error
  }
}
