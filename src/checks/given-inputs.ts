import { UsageError } from '../base/errors.js'
import type { GivenInputs } from './load/resolve-inputs.js'
import type { Configuration } from './load/configuration.js'

/**
 * What a deployment gives the packs: the deployment file's inputs, each `--input name=value` over them.
 *
 * @throws UsageError for an option that has no name, or the same name twice
 */
export function givenInputs(configuration: Pick<Configuration, 'inputs'>, options: readonly string[]): GivenInputs {
  const given = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf('=')
    // The text is not quoted: it may be a credential.
    if (at < 1) throw new UsageError('--input takes name=value', { hint: 'for example --input repository=/srv/bus' })
    const name = option.slice(0, at)
    if (given.has(name)) throw new UsageError(`--input ${name} is given twice`)
    given.set(name, option.slice(at + 1))
  }
  return { ...configuration.inputs, ...Object.fromEntries(given) }
}

/** The deployment's checkout: by convention packs call that input `repository`. */
export function repositoryInput(given: GivenInputs): string | undefined {
  const folder = Object.hasOwn(given, 'repository') ? given['repository'] : undefined
  return typeof folder === 'string' && folder !== '' ? folder : undefined
}
