import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Flags } from '@oclif/core'
import { stringify } from 'yaml'
import { launcherShapes, startDeployment, type Deployment } from '../../sandbox/deployment.js'
import type { DeploymentOptions } from '../../sandbox/deployment-options.js'
import { changed, type FaultEffect } from '../../sandbox/faults/fault-effect.js'
import type { Fault } from '../../sandbox/faults/fault.js'
import { faults, findFault } from '../../sandbox/faults/catalogue.js'
import { installLines, missingPrograms } from '../../sandbox/process/needed-programs.mjs'
import { writeEnvironmentFile } from '../../sandbox/environment-file.js'
import { UsageError } from '../base/errors.js'
import { suggestionHint } from '../base/text/wording.js'
import { refuseWithoutTemporaryFolder } from '../base/files/state-folder.js'

export type { Fault } from '../../sandbox/faults/fault.js'

/** Which deployment the sandbox is, and what is broken in it. */
export const sandboxFlags = {
  fault: Flags.string({ description: 'inject this fault first; see `sandbox faults`', helpValue: '<name>' }),
  launcher: Flags.option({
    options: launcherShapes,
    description: 'the storage that the launcher of the bus gives its HTTP pages',
  })(),
  backend: Flags.option({
    options: ['redis_streams', 'valkey', 'postgres'] as const,
    description: 'ARQONBUS_STORAGE_BACKEND of the deployment',
  })(),
}

/** Every way the sandbox can be broken. */
export const sandboxFaults: readonly Fault[] = faults

/** @throws UsageError, with a suggestion, for an unknown name */
export function sandboxFault(name: string): Fault {
  const fault = findFault(name)
  if (fault === undefined) {
    throw new UsageError(`unknown fault ${name}`, {
      hint:
        suggestionHint(
          name,
          faults.map((each) => each.name),
        ) ?? '`preflight sandbox faults` lists them',
    })
  }
  return fault
}

/** A sandbox that is up, and the two files that tell `preflight run` all about it. */
export interface RunningSandbox {
  readonly environmentFile: string
  readonly configurationFile: string
  readonly inputs: Readonly<Record<string, string>>
  readonly folder: string
  /** Mends the fault, ends every process and removes the folder. */
  stop(): Promise<void>
}

/** Names all at once, before anything is started. */
function refuseMissingPrograms(): void {
  const missing = missingPrograms('sandbox')
  if (missing.length === 0) return
  const names = missing.map(({ programs }) => programs.join(' or '))
  throw new UsageError(`the sandbox needs ${names.join(', ')}: not installed`, {
    hint: ['install with the line for this machine:', ...installLines(missing)].join('\n  '),
  })
}

/** Starts a whole deployment on this machine, broken by a fault when one is given. */
export async function startSandbox(
  fault: Fault | undefined,
  options: Pick<DeploymentOptions, 'launcher' | 'backend'>,
  announce: (what: string) => void,
): Promise<RunningSandbox> {
  refuseMissingPrograms()
  await refuseWithoutTemporaryFolder()
  announce('starting a deployment on this machine')
  const deployment = await startDeployment(options)
  try {
    const effect = await fault?.apply(deployment)
    return await describeSandbox(deployment, effect)
  } catch (error) {
    await deployment.stop()
    throw error
  }
}

async function describeSandbox(deployment: Deployment, effect: FaultEffect | undefined): Promise<RunningSandbox> {
  const { folder } = deployment
  const environmentFile = join(folder, 'production.env')
  const configurationFile = join(folder, 'preflight.yaml')
  const inputs = changed(deployment.inputs, effect?.inputs ?? {})
  writeEnvironmentFile(environmentFile, changed(deployment.environment, effect?.environment ?? {}))
  await writeFile(configurationFile, stringify({ deployment: 'sandbox', inputs }), { mode: 0o600 })
  return {
    environmentFile,
    configurationFile,
    inputs,
    folder,
    async stop() {
      await effect?.undo()
      await deployment.stop()
    },
  }
}
