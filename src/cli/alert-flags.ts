import type { EvaluateOptions } from '../alerts/evaluate-alerts.js'
import { definitionFlags, environmentFlags, limitFlags, repeatable, selectionFlags, stateFlags, under } from './flags.js'
import {
  definitionOptions,
  environmentOptions,
  inputOptions,
  type DefinitionFlags,
  type EnvironmentFlags,
  type InputFlags,
  type RawInput,
} from './options.js'

/** Where alerts come from. */
export const alertSourceFlag = repeatable(
  'another folder of alerts, in addition to the built-in ones (repeatable)',
  '<dir>',
)

/** What the alerts of a deployment are evaluated with. */
export const alertFlags = {
  ...under('ENVIRONMENT', environmentFlags),
  ...under('DEFINITION', {
    alerts: alertSourceFlag,
    ...definitionFlags,
    runbooks: repeatable('another folder of runbooks, which a response may be in (repeatable)', '<dir>'),
    profile: selectionFlags.profile,
  }),
  ...under('LIMIT', { concurrency: limitFlags.concurrency, timeout: limitFlags.timeout }),
  ...stateFlags,
}

interface AlertFlagValues extends DefinitionFlags, EnvironmentFlags, InputFlags {
  readonly alerts?: string[] | undefined
  readonly runbooks?: string[] | undefined
  readonly profile?: string | undefined
  readonly concurrency?: number | undefined
  readonly timeout?: number | undefined
  readonly state?: string | undefined
}

/** @param raw gives the order of the sources of the environment */
export function alertOptions(flags: AlertFlagValues, raw: RawInput, system: string | undefined): EvaluateOptions {
  const definitions = definitionOptions(flags)
  return {
    ...definitions,
    source: { ...definitions, alerts: flags.alerts ?? [] },
    systems: system === undefined ? [] : [system],
    profile: flags.profile,
    environment: environmentOptions(flags, raw),
    inputs: inputOptions(flags),
    limits: { concurrency: flags.concurrency, timeout: flags.timeout },
    state: flags.state,
    runbooks: flags.runbooks ?? [],
  }
}
