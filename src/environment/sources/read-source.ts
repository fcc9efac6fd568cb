import { namedBy, isThisShell, type EnvironmentSource, fileOf } from '../environment-source.js'
import { readEnvironmentFile, type ReadEnvironment } from './read-environment.js'
import { readSystemdFile } from './systemd-assignment.js'
import { readPidFileEnvironment } from './process-environment.js'
import { inheritedVariables } from '../../base/own-environment.js'
import { TestedEnvironment, type TestedVariable } from '../environment.js'
import type { Diagnostic } from '../../base/errors.js'
import { fewAtATime } from '../../base/files/open-files.js'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Reads sources of variables in their order. Compose files that are named one after the other for the same service are
 * merged, as Compose merges what it is given with `-f`.
 *
 * @param shell as for `readEnvironmentSource`
 * @returns what each says, of merged ones what they say together
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSources(
  sources: readonly EnvironmentSource[],
  shell: ReadonlyMap<string, string> | undefined,
): Promise<readonly ReadEnvironment[]> {
  return Promise.all(
    grouped(sources).map((group) =>
      group.length === 1 ? readEnvironmentSource(group[0]!, shell) : readMerged(group, shell),
    ),
  )
}

function grouped(sources: readonly EnvironmentSource[]): readonly (readonly EnvironmentSource[])[] {
  const groups: EnvironmentSource[][] = []
  for (const source of sources) {
    const before = groups.at(-1)
    const service = composeService(source)
    if (before !== undefined && service !== undefined && composeService(before[0]!) === service) before.push(source)
    else groups.push([source])
  }
  return groups
}

function composeService(source: EnvironmentSource): string | undefined {
  return typeof source !== 'string' && 'compose' in source
    ? source.compose.slice(source.compose.lastIndexOf('#'))
    : undefined
}

async function readMerged(
  group: readonly EnvironmentSource[],
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return withoutOversized(await (await import('./compose/compose.js')).readComposeFiles(group.map(namedBy), shell))
}

/**
 * Reads one source of variables. A variable with which no process can be started is a mistake in each of them.
 *
 * @param shell this process's own variables, where they may be in for those of the shell that starts the deployment
 * @throws UsageError when a file that is named cannot be read
 */
export async function readEnvironmentSource(
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return withoutOversized(await readByKind(source, shell))
}

function withoutOversized(read: ReadEnvironment): ReadEnvironment {
  return { ...read, diagnostics: [...read.diagnostics, ...oversized(read.variables)] }
}

async function readByKind(
  source: EnvironmentSource,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  if (typeof source === 'string') return readEnvironmentFile(source)
  if ('systemd' in source) return readSystemdFile(source.systemd)
  // Most deployments have none of these, and every start would load them all.
  if ('dotenv' in source) return (await import('./dotenv/dotenv-file.js')).readDotenvFile(source.dotenv, shell)
  if ('shell' in source) return (await import('./shell/shell-file.js')).readShellFile(source.shell, shell)
  if ('docker' in source) return (await import('./docker-file.js')).readDockerFile(source.docker, shell)
  if ('compose' in source) return (await import('./compose/compose.js')).readComposeService(source.compose, shell)
  if ('pid-file' in source) return ofVariables(await readPidFileEnvironment(source['pid-file']))
  if (isThisShell(source)) return ofVariables(TestedEnvironment.of(inheritedVariables()).entries())
  return (await import('./k8s/k8s.js')).readClusterContainer(source.k8s)
}

function ofVariables(variables: ReadEnvironment['variables']): ReadEnvironment {
  return { variables, unknown: [], diagnostics: [], notices: [] }
}

/**
 * Linux starts no process with a longer text among its arguments or variables (MAX_ARG_STRLEN of execve(2)): in bytes,
 * with the name, the `=` and the NUL at its end.
 */
const longestVariable = 131_072

/** The variables that no process can be started with, each with its place. */
function oversized(variables: readonly (readonly [string, TestedVariable])[]): readonly Diagnostic[] {
  return variables.flatMap(([name, { value, origin }]) => {
    if (Buffer.byteLength(name) + Buffer.byteLength(value.reveal()) + 2 <= longestVariable) return []
    return [
      {
        position: { file: origin.source, line: Math.max(1, origin.line), column: 1 },
        code: 'value-too-long',
        message: `${name} is over 128 KiB, and Linux cannot start a process with it`,
        hint: 'put the value in a file, and its name in the variable',
      },
    ]
  })
}

/**
 * Files that a source of variables is read with, beside the one that it names: of a manifest those in its folder, of a
 * Compose file what Compose reads with it.
 */
export async function filesBeside(source: EnvironmentSource): Promise<readonly string[]> {
  if (typeof source === 'string' || !('compose' in source || 'k8s' in source)) return []
  const file = fileOf(source)!
  if ('k8s' in source) {
    const names = await readdir(dirname(file)).catch(() => [])
    const candidates = names
      .filter((name) => /\.(?:ya?ml|json)$|^kustomization$/i.test(name))
      .map((name) => join(dirname(file), name))
    const inspect = fewAtATime(16)
    const kept = await Promise.all(candidates.map((path) => inspect(() => isManifest(path))))
    return candidates.filter((_, index) => kept[index])
  }
  return (await import('./compose/compose-files.js')).composeFiles(file)
}

/** Bytes within which a manifest says which kind of object it is of. */
const beginning = 64 * 1024

/** The folder may hold other files, an earlier result among them. */
async function isManifest(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return false
  try {
    // Nothing is taken out of a pipe.
    if (!(await file.stat()).isFile()) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginning), 0, beginning, 0)
    return /\b(?:apiVersion|resources)\b/.test(buffer.toString('utf8', 0, bytesRead))
  } catch {
    return false
  } finally {
    await file.close()
  }
}
