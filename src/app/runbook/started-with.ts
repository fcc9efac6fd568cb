import { resolve } from 'node:path'
import { isThere } from '../../kernel/is-there.js'
import { sourceFrom, sourceOptions, type EnvironmentSource } from '../../model/environment-source.js'
import type { StartedWith } from '../../model/runbook/started-with.js'
import { configurationFileName } from '../settings.js'
import type { Gathered } from './gather.js'

/**
 * The options of a command on a run, so that another can be given them again from any folder. An input stands in it with its value
 * where the plan shows that as well, and without where it may be a secret; one that no step is given is left out.
 *
 * @param state the folder of --state
 */
export async function startedWithOf({ options, plan }: Pick<Gathered, 'options' | 'plan'>, state: string | undefined): Promise<StartedWith> {
  const { definitions, runbooks, environment, parameterVariables, inputs } = options
  const config = definitions.config ?? ((await isThere(configurationFileName)) ? configurationFileName : undefined)
  const covered = new Map(plan.covers.flatMap(({ kind, name, detail }): [string, string | undefined][] => (kind === 'input' ? [[name, detail]] : [])))
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

/** The flags that set the parameters of a command again, with absolute paths; a secret stands in none of them. */
export function parametersAgain({ options, runbook, parameters }: Pick<Gathered, 'options' | 'runbook' | 'parameters'>): readonly string[] {
  const set = options.parameters.map((text) => {
    const name = text.slice(0, text.indexOf('='))
    const record = parameters[name]
    const isPath = runbook.parameters.some((each) => each.name === name && each.type === 'path')
    return isPath && record !== undefined && 'value' in record ? `${name}=${String(record.value)}` : text
  })
  const file = options.parameterFile === undefined ? [] : ['--params', resolve(options.parameterFile)]
  return [...set.flatMap((text) => ['--param', text]), ...file]
}

function absoluteSource(source: EnvironmentSource): EnvironmentSource {
  return sourceFrom(source, (path) => resolve(path))
}
