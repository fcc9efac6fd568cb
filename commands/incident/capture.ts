import { Flags } from '@oclif/core'
import { BaseCommand, onScreen, warn, writeReport, textStyle, runTerminal } from '../../src/cli/base-command.js'
import { environmentAsked } from '../../src/cli/asking-person.js'
import { captureFlags, captureOptions } from '../../src/cli/capture-flags.js'
import {
  definitionFlags,
  environmentFlags,
  limitFlags,
  selectionFlags,
  formatFlag,
  plainFlag,
} from '../../src/cli/flags.js'
import {
  definitionOptions,
  environmentOptions,
  limitOptions,
  selectionOptions,
  inputOptions,
} from '../../src/cli/options.js'
import { capturedText } from '../../src/incidents/text/incident-text.js'
import {
  capture,
  capturePlace,
  judgedEarlier,
  reproduceOptions,
  type Judged,
} from '../../src/incidents/capture-command.js'
import type { GroundOptions } from '../../src/checks/ground.js'
import { runPreflight } from '../../src/checks/run-preflight.js'
import type { LimitOptions, RunOptions } from '../../src/checks/run-options.js'
import { UsageError, exitCodes } from '../../src/base/errors.js'
import { safeJson } from '../../src/base/text/bounded-json.js'

export default class IncidentCapture extends BaseCommand {
  static override summary = 'Gather what an engineer needs to know about a failed preflight, without secrets.'
  static override description = `Runs the preflight, or takes an earlier result, and gathers within a time limit: the facts, command and output of each failing check, a snapshot of
variables and versions, the pages of the services, the status of the datastores, listening ports, disk and memory, and the log files and commands
that the deployment file names under incident. Shows whether the cause is configuration, a dependency or code, and the severity. Writes a folder and also a
.tar.gz, after searching both for every known secret.

Exit codes: 0 captured, or every check is green and there is nothing to capture; 2, 3 as for a run; 74 the bundle could not be written, or still contained a secret.`
  static override examples = [
    {
      description: 'run the checks now, and gather what failed',
      command: '<%= config.bin %> incident capture --env-file .env.production --input repository=.',
    },
    {
      description: 'of the last run, into its own folder',
      command: '<%= config.bin %> incident capture --run last --env-file .env.production --output /srv/incidents',
    },
    {
      description: 'of a result from elsewhere, compared with a good one',
      command: '<%= config.bin %> incident capture --result preflight.json --last-good good.json --env-file prod.env',
    },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    result: Flags.string({
      description: 'use this result document instead of running the checks',
      helpValue: '<file>',
      exclusive: ['run'],
    }),
    run: Flags.string({
      description: 'use the kept result of this run: its id, a unique part of the id, or `last`',
      helpValue: '<id>',
    }),
    ...captureFlags,
    format: formatFlag('format of standard output'),
    ...selectionFlags,
    ...environmentFlags,
    ...definitionFlags,
    ...limitFlags,
    plain: plainFlag,
  }

  async run(): Promise<void> {
    const { argv, flags, raw } = await this.parse(IncidentCapture)
    const ground = {
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      environmentAsked: environmentAsked(this.interruption.signal, flags.format),
      inputs: inputOptions(flags),
    }
    const options = captureOptions(flags, flags.output, this.interruption.signal)
    const place = await capturePlace(options)
    const isEarlier = flags.result !== undefined || flags.run !== undefined
    if (isEarlier && argv.length > 0)
      throw new UsageError('an earlier result is used unchanged: no checks can be selected', {
        hint: 'leave out the selectors, or --result and --run',
      })
    const judged: Judged | undefined =
      flags.result !== undefined
        ? await judgedEarlier(ground, { file: flags.result })
        : flags.run !== undefined
          ? await judgedEarlier(ground, { run: flags.run, state: flags.state })
          : await this.#judgeNow(
              ground,
              { selection: selectionOptions(flags, argv), ...limitOptions(flags) },
              flags.plain,
            )
    if (judged === undefined) return
    const captured = await capture(judged, place, options, reproduceOptions(ground, judged.ground))
    const isJson = flags.format === 'json'
    if (captured === undefined)
      await writeReport(
        isJson
          ? safeJson({ captured: false })
          : onScreen(
              'Every check is green: there is nothing to capture. `preflight snapshot` records what a good deployment looks like.\n',
            ),
      )
    else
      await writeReport(
        isJson ? safeJson({ captured: true, ...captured }) : onScreen(capturedText(captured, textStyle())),
      )
    this.finish(exitCodes.go)
  }

  /** `undefined` when it was interrupted, which has its own exit code. */
  async #judgeNow(
    ground: GroundOptions,
    request: LimitOptions & Pick<RunOptions, 'selection'>,
    isPlain: boolean,
  ): Promise<Judged | undefined> {
    warn('judging the deployment')
    const options: RunOptions = {
      ...ground,
      ...request,
      knownSecretsFile: undefined,
      failOnWarn: false,
      format: 'human',
      reports: [],
      outputFile: undefined,
      // The bundle holds the report.
      terminal: { ...runTerminal(isPlain), writeReport: async () => undefined },
    }
    const end = await runPreflight(options, this.interruption)
    if (end.document.state === 'complete') return { ground: end.prepared, document: end.document, source: 'run' }
    this.finish(end.exitCode)
    return undefined
  }
}
