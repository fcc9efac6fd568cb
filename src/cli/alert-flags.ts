import { basename, resolve } from 'node:path'
import { Flags } from '@oclif/core'
import type { AlertsDocument } from '../alerts/alerts-document.js'
import type { EvaluateOptions } from '../alerts/evaluate-alerts.js'
import { alertsPrometheus } from '../alerts/text/alerts-prometheus.js'
import { alertsText } from '../alerts/text/alerts-text.js'
import type { WatchOptions } from '../alerts/watch/watch-alerts.js'
import { UsageError } from '../base/errors.js'
import { escapeUnsafe, safeJson } from '../base/text/bounded-json.js'
import { longestDuration } from '../base/time/duration.js'
import {
  definitionFlags,
  durationFlag,
  environmentFlags,
  limitFlags,
  plainFlag,
  repeatable,
  selectionFlags,
  stateFlags,
  under,
} from './flags.js'
import {
  definitionOptions,
  environmentOptions,
  inputOptions,
  type DefinitionFlags,
  type EnvironmentFlags,
  type InputFlags,
  type RawInput,
} from './options.js'
import { onScreen, textStyle, writeReport } from './base-command.js'

/** Where alerts come from. */
export const alertSourceFlag = repeatable(
  'another folder of alerts, in addition to the built-in ones (repeatable)',
  '<dir>',
)

/** What a program that is told of a change may take, in milliseconds, where nobody says otherwise. */
const defaultChangeLimit = 10_000

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
  ...under('WATCH', {
    watch: durationFlag(
      'watch',
      'evaluate again and again, one round in this time, until Ctrl-C (exit 130); a round begins when the last has ended',
      { minimum: 1000, maximum: longestDuration },
    ),
    'on-change': Flags.string({
      description:
        'run this program once for each change, with JSON on its standard input; it gets PATH, HOME, LANG and TMPDIR, and its failure ends nothing',
      helpValue: '<program>',
      dependsOn: ['watch'],
    }),
    'on-change-limit': durationFlag('on-change-limit', 'maximum time of that program [default: 10s]', {
      minimum: 100,
      maximum: 3_600_000,
    }),
    plain: plainFlag,
  }),
  ...stateFlags,
  format: Flags.option({
    description: 'output format; with --watch, json is a line for each round',
    options: ['human', 'json', 'prometheus'] as const,
    default: 'human' as const,
  })(),
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

type AlertFormat = 'human' | 'json' | 'prometheus'

interface WatchFlagValues {
  readonly watch?: number | undefined
  readonly 'on-change'?: string | undefined
  readonly 'on-change-limit'?: number | undefined
  readonly format: AlertFormat
}

/** How alerts are watched; `undefined` where they are evaluated once. @throws UsageError */
export function watchOptions(
  flags: WatchFlagValues,
): Pick<WatchOptions, 'intervalMs' | 'onChange' | 'onRound'> | undefined {
  const { watch, 'on-change': program, 'on-change-limit': limit = defaultChangeLimit, format } = flags
  if (watch === undefined) return undefined
  if (format === 'prometheus')
    throw new UsageError('a watch cannot be printed as prometheus', {
      hint: 'evaluate once, from a timer, for the textfile collector; a watch on the same state folder keeps the history',
    })
  if (program === '') throw new UsageError('the program of --on-change is empty')
  return {
    intervalMs: watch,
    onChange: program === undefined ? undefined : { program: programPath(program), limit },
    ...(format === 'json' ? { onRound: (document) => writeReport(`${escapeUnsafe(JSON.stringify(document))}\n`) } : {}),
  }
}

/** One without a slash is looked for on PATH. */
function programPath(program: string): string {
  return basename(program) === program ? program : resolve(program)
}

export function alertReport(format: AlertFormat, document: AlertsDocument): string {
  switch (format) {
    case 'json':
      return safeJson(document)
    case 'prometheus':
      return alertsPrometheus(document)
    case 'human':
      return onScreen(alertsText(document, textStyle()))
  }
}
