import { messageOf, UsageError } from '../../base/errors.js'
import { NotPerformedError } from '../definition/step-kind.js'
import type { Configuration } from '../../checks/load/configuration.js'
import { DefinitionsError } from '../../base/definitions-error.js'
import type { EnvironmentSource } from '../../environment/environment-source.js'
import { TestedEnvironment } from '../../environment/environment.js'
import { formatPosition } from '../../base/position.js'
import { environmentFiles } from '../../checks/ground.js'
import { noConfiguration, readConfiguration } from '../../checks/settings.js'
import { readTestedEnvironment } from '../../environment/tested-environment.js'
import type { GivenToRunbook, RunbookSource } from './runbook-options.js'

export interface EnvironmentOfRun {
  readonly configuration: Configuration
  /** Empty where nothing says what the deployment is started with: this process's own is not the deployment's. */
  readonly environment: TestedEnvironment
  /** Where that comes from. */
  readonly sources: readonly EnvironmentSource[]
  /** What could not be read, and did not keep a run from being taken back. */
  readonly unread: readonly string[]
}

/**
 * The deployment file, and the environment under test: what the command line names, else the deployment file, as for a
 * run of checks.
 *
 * @param isTakenBack then neither keeps the run from being undone: steps that need what could not be read fail, each
 *   saying why
 * @throws UsageError or DefinitionsError for what cannot be read
 */
export async function environmentOfRun(
  options: RunbookSource & GivenToRunbook,
  isTakenBack: boolean,
): Promise<EnvironmentOfRun> {
  const unread: string[] = []
  const orUnread = async <Value>(read: () => Promise<Value>, instead: (reason: string) => Value): Promise<Value> => {
    try {
      return await read()
    } catch (error) {
      if (!isTakenBack || !(error instanceof UsageError || error instanceof DefinitionsError)) throw error
      const reason =
        error instanceof DefinitionsError
          ? error.diagnostics.map(({ position, message }) => `${formatPosition(position)}: ${message}`).join('; ')
          : messageOf(error)
      unread.push(reason)
      return instead(reason)
    }
  }
  const configuration = await orUnread(
    () => readConfiguration(options.definitions),
    () => noConfiguration,
  )
  const sources = environmentFiles(options, configuration)
  const { pid, inherit } = options.environment
  const isNamed = sources.length > 0 || pid !== undefined || inherit
  const [unknown] = unread
  // What a deployment file that cannot be read would have named is not known: an empty environment would be another
  // one.
  if (!isNamed)
    return {
      configuration,
      environment: unknown === undefined ? new TestedEnvironment([]) : new UnreadEnvironment(unknown),
      sources,
      unread,
    }
  const environment = await orUnread(
    () => readTestedEnvironment({ ...options.environment, files: sources }),
    (reason): TestedEnvironment => new UnreadEnvironment(reason),
  )
  return { configuration, environment, sources, unread }
}

/** An environment that could not be read. It names nothing; whoever asks it for a value cannot be carried out. */
class UnreadEnvironment extends TestedEnvironment {
  constructor(readonly reason: string) {
    super([])
  }

  override has(): boolean {
    return this.#refuse()
  }

  override get(): undefined {
    return this.#refuse()
  }

  override origin(): undefined {
    return this.#refuse()
  }

  #refuse(): never {
    throw new NotPerformedError(`it needs the environment of the deployment, which could not be read: ${this.reason}`)
  }
}
