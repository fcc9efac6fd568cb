import { resolve } from 'node:path'
import { workIn } from '../base/files/working-folder.js'
import { sourceFrom } from '../environment/environment-source.js'
import type { JournalEventOf } from './record/journal.js'
import type { GatherOptions } from './prepare/prepare-runbook.js'
import type { ConductOptions } from './start-run.js'

/**
 * Goes on in the folder that a run was started in, whatever folder the command is typed in: what the command line names
 * is meant from here, everything else from there. A journal of an earlier version does not say where that was; then it
 * is this folder, and a warning says so.
 *
 * @throws UsageError that names the folder when it cannot be worked in
 */
export function whereItStarted<Options extends ContinueOptions, Value>(
  started: JournalEventOf<'run-started'>,
  options: Options,
  go: (options: Options) => Promise<Value>,
): Promise<Value> {
  const { workingFolder } = started
  if (workingFolder !== undefined) {
    const there = workingFolder === process.cwd() ? options : meantFromHere(options)
    return workIn(workingFolder, () => go(there))
  }
  options.terminal.warn(
    `this run was started by an earlier version of preflight, which did not record its working folder: relative paths start from ${process.cwd()}`,
  )
  return go(options)
}

/** Every path of the command line, made absolute where it was typed. */
function meantFromHere<Options extends ContinueOptions>(options: Options): Options {
  const { definitions, runbooks, environment, approvals } = options
  return {
    ...options,
    definitions: {
      ...definitions,
      checks: definitions.checks.map((path) => resolve(path)),
      config: definitions.config === undefined ? undefined : resolve(definitions.config),
    },
    runbooks: runbooks.map((path) => resolve(path)),
    environment: {
      ...environment,
      files: environment.files.map((source) => sourceFrom(source, (path) => resolve(path))),
    },
    approvals: approvals.map((path) => resolve(path)),
  }
}

export interface ContinueOptions extends Omit<GatherOptions, 'id' | 'recorded' | 'takenBack'>, ConductOptions {
  /** The run: its id, a part of it, or `last`. */
  readonly run: string
  /** Changes that are accepted beforehand, as the refusal names them: `environment_file:/srv/bus/.env`. */
  readonly acceptedChanges: readonly string[]
  /** An anchor that was kept: the journal must have that entry. */
  readonly head?: string | undefined
}
