import { resolve } from 'node:path'
import { isThere } from '../base/files/is-there.js'
import { sourceFrom, sourceOptions, type EnvironmentSource } from '../environment/environment-source.js'
import type { StartedWith } from './record/started-with.js'
import { configurationFileName } from '../checks/settings.js'
import type { Gathered } from './prepare/prepare-runbook.js'

/**
 * The options of a command on a run, so that another can be given them again from any folder. An input stands in it
 * with its value
 * where the plan shows that as well, and without where it may be a secret; one that no step is given is left out.
 *
 * @param state the folder of --state
 */
export async function startedWithOf(
  { options, plan }: Pick<Gathered, 'options' | 'plan'>,
  state: string | undefined,
): Promise<StartedWith> {
  const { definitions, runbooks, environment, parameterVariables, inputs } = options
  const config = definitions.config ?? ((await isThere(configurationFileName)) ? configurationFileName : undefined)
  const covered = new Map(
    plan.covers.flatMap(({ kind, name, detail }): [string, string | undefined][] =>
      kind === 'input' ? [[name, detail]] : [],
    ),
  )
  return {
    ...(state === undefined ? {} : { state: resolve(state) }),
    runbooks: runbooks.map((folder) => resolve(folder)),
    checks: definitions.checks.map((folder) => resolve(folder)),
    noBuiltin: definitions.noBuiltin,
    ...(config === undefined ? {} : { config: resolve(config) }),
    environment: [
      ...sourceOptions(environment.files.map((source) => absoluteSource(source))),
      ...(environment.pid === undefined ? [] : ['--env-pid', String(environment.pid)]),
      ...(environment.inherit ? ['--inherit-env'] : []),
    ],
    parameterVariables: [...parameterVariables],
    inputs: inputs.flatMap((input) => {
      const name = input.slice(0, input.indexOf('='))
      if (!covered.has(name)) return []
      return [covered.get(name) === undefined ? { name } : { name, value: input.slice(name.length + 1) }]
    }),
  }
}

function absoluteSource(source: EnvironmentSource): EnvironmentSource {
  return sourceFrom(source, (path) => resolve(path))
}
