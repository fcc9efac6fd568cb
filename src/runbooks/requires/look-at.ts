import { messageOf } from '../../base/errors.js'
import type { Template } from '../../definitions/expression/expression.js'
import { probeRegistry } from '../../engine/folder-registry.js'
import { TestedEnvironment } from '../../environment/environment.js'
import { programProblem } from '../../processes/start-problem.js'
import { observeInline } from '../run/inline-probe.js'
import type { Requirement } from './requirement.js'

/** What a look at a requirement came to. */
export interface Look {
  readonly holds: boolean
  /** What is wrong, with its subject left out: `does not exist`. Empty where it holds. */
  readonly found: string
}

const held: Look = { holds: true, found: '' }

const missing = (found: string): Look => ({ holds: false, found })

/**
 * Looks whether a requirement holds. Nothing is started or changed; an address is connected to, and nothing is sent.
 */
export async function lookAt({ lookUp, timeout }: Requirement, signal: AbortSignal): Promise<Look> {
  if ('unusable' in lookUp) return missing(lookUp.unusable)
  try {
    if ('program' in lookUp) {
      const problem = await programProblem(lookUp.program)
      return problem === undefined ? held : missing(problem)
    }
    return 'file' in lookUp
      ? fileLook(await factsOf('file', { path: lookUp.file, follow: true }, timeout, signal))
      : addressLook(await factsOf('tcp', { address: lookUp.address }, timeout, signal))
  } catch (error) {
    return missing(`cannot be ${'address' in lookUp ? 'reached' : 'read'}: ${messageOf(error)}`)
  }
}

/** @throws Error that says why there are no facts */
async function factsOf(
  kind: 'file' | 'tcp',
  input: unknown,
  timeout: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const template: Template = { references: [], resolve: () => input }
  const around = {
    scope: { params: {}, outputs: {}, run: { id: '', operator: '', host: '', started_at: '', folder: '' } },
    environment: TestedEnvironment.of({}),
    folder: '',
  }
  const probe = await probeRegistry.load(kind)
  return (await observeInline({ kind, of: probe, input: template }, around, timeout, signal)).facts
}

const refusals: Readonly<Record<string, string>> = {
  missing: 'does not exist',
  forbidden: 'cannot be reached: a folder above it is closed to this user',
  'link-loop': 'is a symbolic link that leads back to itself',
}

function fileLook({ refusal, kind, readable }: Readonly<Record<string, unknown>>): Look {
  if (refusal !== 'none') return missing(refusals[String(refusal)] ?? String(refusal))
  if (kind !== 'file') return missing(`is not a regular file (${String(kind)})`)
  return readable === true ? held : missing('cannot be read by this user')
}

function addressLook({ open, problem }: Readonly<Record<string, unknown>>): Look {
  if (open === true) return held
  const { code, detail } = problem as { readonly code: string; readonly detail: string }
  return missing(`cannot be reached (${code}): ${detail}`)
}
