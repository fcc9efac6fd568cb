import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Args, Flags } from '@oclif/core'
import { stringify } from 'yaml'
import { launcherShapes } from '../../sandbox/deployment.js'
import { writeEnvironmentFile } from '../../sandbox/environment-file.js'
import type { FaultDescription } from '../../sandbox/faults/fault-description.js'
import { installLines, missingPrograms } from '../../sandbox/process/needed-programs.mjs'
import type { SandboxOptions, SandboxSystem } from '../../sandbox/sandbox-system.js'
import { sandboxSystems } from '../../sandbox/systems.js'
import { UsageError } from '../base/errors.js'
import { suggestionHint } from '../base/text/wording.js'
import { refuseWithoutTemporaryFolder } from '../base/files/state-folder.js'

export type { FaultDescription } from '../../sandbox/faults/fault-description.js'

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

/** Which deployment, by the name of a system in it. */
export const systemArgument = () =>
  Args.string({ description: 'a system of the deployment; without it, the one that a bare run judges' })

/** Every way the sandbox can be broken, of one system or of all. */
export function sandboxFaults(system: string | undefined): readonly FaultDescription[] {
  const chosen = system === undefined ? sandboxSystems : [systemNamed(system)]
  return chosen.flatMap(({ faults }) => faults)
}

/** @throws UsageError, with a suggestion, for an unknown name */
function systemNamed(name: string): SandboxSystem {
  const found = sandboxSystems.find(({ systems }) => systems.includes(name))
  if (found !== undefined) return found
  const names = sandboxSystems.flatMap(({ systems }) => systems)
  throw new UsageError(`the sandbox cannot be ${name}`, {
    hint: suggestionHint(name, names) ?? `it can be: ${names.join(', ')}`,
  })
}

/** What the sandbox is to be, and what is broken in it. */
interface ChosenSandbox {
  readonly system: SandboxSystem
  readonly fault: FaultDescription | undefined
}

/**
 * The deployment that selectors and a fault are about; the first one when nothing says which.
 *
 * @throws UsageError for an unknown fault, with a suggestion, and when they are about several deployments
 */
export function chooseSandbox(selectors: readonly string[], faultName: string | undefined): ChosenSandbox {
  const named = selectors.map((selector) => selector.split('/', 1)[0])
  const selected = sandboxSystems.filter(({ systems }) => systems.some((name) => named.includes(name)))
  const broken = sandboxSystems.filter(({ faults }) => faults.some(({ name }) => name === faultName))
  if (faultName !== undefined && broken.length === 0) refuseFault(faultName)
  const [system = sandboxSystems[0], ...others] = new Set([...broken, ...selected])
  if (others.length > 0)
    throw new UsageError('these are parts of several deployments, and the sandbox is one of them', {
      hint: `start it once for each of: ${[system, ...others].map(({ systems }) => systems.join(' and ')).join('; ')}`,
    })
  return { system, fault: system.faults.find(({ name }) => name === faultName) }
}

/** The same by the name of a system. @throws UsageError as well for an unknown system */
export function chooseSandboxOf(system: string | undefined, faultName: string | undefined): ChosenSandbox {
  if (system !== undefined) systemNamed(system)
  return chooseSandbox(system === undefined ? [] : [system], faultName)
}

function refuseFault(name: string): never {
  const names = sandboxFaults(undefined).map((each) => each.name)
  throw new UsageError(`unknown fault ${name}`, {
    hint: suggestionHint(name, names) ?? '`preflight sandbox faults` lists them',
  })
}

/** A sandbox that is up, and the two files that tell `preflight run` all about it. */
export interface RunningSandbox {
  readonly environmentFile: string
  readonly configurationFile: string
  readonly inputs: Readonly<Record<string, string>>
  readonly folder: string
  /** What a run must name to judge it; nothing where a bare run does. */
  readonly selectors: readonly string[]
  /** Mends the fault, ends every process and removes the folder. */
  stop(): Promise<void>
}

/** Names all at once, before anything is started. */
function refuseMissingPrograms({ programs: user }: SandboxSystem): void {
  const missing = missingPrograms(user)
  if (missing.length === 0) return
  const names = missing.map(({ programs }) => programs.join(' or '))
  throw new UsageError(`the sandbox needs ${names.join(', ')}: not installed`, {
    hint: ['install with the line for this machine:', ...installLines(missing)].join('\n  '),
  })
}

function refuseOtherOptions({ options: known, systems }: SandboxSystem, given: SandboxOptions): void {
  const other = (Object.keys(given) as (keyof SandboxOptions)[]).find(
    (name) => given[name] !== undefined && !known.includes(name),
  )
  if (other !== undefined)
    throw new UsageError(`--${other} is not an option of the sandbox of ${systems.join(' and ')}`)
}

/** Starts a whole deployment on this machine, broken by a fault when one is given. */
export async function startSandbox(
  { system, fault }: ChosenSandbox,
  options: SandboxOptions,
  announce: (what: string) => void,
): Promise<RunningSandbox> {
  refuseOtherOptions(system, options)
  refuseMissingPrograms(system)
  await refuseWithoutTemporaryFolder()
  announce('starting a deployment on this machine')
  const started = await system.start(options, fault?.name)
  try {
    const { folder, inputs } = started
    const environmentFile = join(folder, 'production.env')
    const configurationFile = join(folder, 'preflight.yaml')
    writeEnvironmentFile(environmentFile, started.environment)
    await writeFile(configurationFile, stringify({ deployment: 'sandbox', inputs }), { mode: 0o600 })
    const { selectors } = system
    return { environmentFile, configurationFile, inputs, folder, selectors, stop: () => started.stop() }
  } catch (error) {
    await started.stop()
    throw error
  }
}
