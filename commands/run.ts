import { Flags } from '@oclif/core'
import { BaseCommand, onScreen, runTerminal } from '../src/cli/base-command.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { runAttestationFlags, runAttestationOptions } from '../src/cli/attestation-flags.js'
import { captureAfterRun, placeAfterRun } from '../src/cli/capture-after-run.js'
import {
  under,
  agreementFlags,
  definitionFlags,
  environmentFlags,
  limitFlags,
  selectionFlags,
  stateFlags,
  waitFlags,
  failOnWarnFlag,
  knownSecretsFlag,
  noKeepFlag,
  plainFlag,
} from '../src/cli/flags.js'
import { reportDetail, reportFlags, reportRequests, resultFileFlag } from '../src/cli/report-flags.js'
import {
  agreementOptions,
  definitionOptions,
  environmentOptions,
  limitOptions,
  selectionOptions,
  inputOptions,
} from '../src/cli/options.js'
import type { CapturePlace } from '../src/incidents/capture-command.js'
import { openRunAttestation, type AttestedRun } from '../src/attestation/attest-run.js'
import type { RunEnd, RunOptions } from '../src/checks/run-options.js'
import { runPreflight } from '../src/checks/run-preflight.js'

const failedFlag = Flags.boolean({
  description: 'only the checks that were not green in the last run of this deployment',
  exclusive: ['stage', 'before-start', 'after-start'],
})

export default class Run extends BaseCommand {
  static override summary = 'Judge a deployment: go or no-go.'
  static override description = `Runs the selected checks against the environment under test and the servers it names, and prints a report.
Selectors are check ids or path prefixes such as shield/secrets; without one, the deployment file or the built-in default decides.

Exit codes: 0 go; 1 a check failed; 2 wrong usage; 3 definitions, waivers or configuration invalid, a lock that does not match, or nothing selected;
4 something could not be evaluated; 5 warnings, with --fail-on-warn; 70 a bug in preflight; 74 a report could not be written;
129, 130, 143 hung up, interrupted, terminated.`
  static override examples = [
    {
      description: 'the whole production preflight, before a deploy',
      command: '<%= config.bin %> run --env-file .env.production --input repository=.',
    },
    {
      description: 'after mending: what was not green in the last run',
      command: '<%= config.bin %> run --failed --env-file .env.production --input repository=.',
    },
    {
      description: 'before the services start',
      command: '<%= config.bin %> run --before-start --env-file .env.production --input repository=.',
    },
    {
      description: "one area of a running deployment, with a process's own environment",
      command: '<%= config.bin %> run shield/runtime --env-pid 4711',
    },
    {
      description: 'right after a start: wait up to two minutes for the servers',
      command: '<%= config.bin %> run --env-file .env.production --wait 2m',
    },
    {
      description: 'in CI: an incident bundle for an engineer after a no-go',
      command: '<%= config.bin %> run --env-file prod.env --capture-on-failure incidents',
    },
    {
      description: 'in CI: a JSON report, and a file that is marked incomplete until the run ends',
      command: '<%= config.bin %> run --env-file prod.env --format json --output preflight.json',
    },
    {
      description: 'in CI: a signed go for the commit, for `verify` in the deploy step',
      command: '<%= config.bin %> run --env-file prod.env --attest signing.pem --attestation preflight.att.json',
    },
    {
      description: 'in CI: several formats at once',
      command:
        '<%= config.bin %> run --env-file prod.env --format github --report junit=preflight.xml --report sarif=preflight.sarif',
    },
  ]
  static override usage = '<%= command.id %> [SELECTOR...] [FLAGS]'
  static override strict = false
  static override flags = {
    ...under('SELECTION', { ...selectionFlags, failed: failedFlag }),
    ...under('ENVIRONMENT', environmentFlags),
    ...under('DEFINITION', definitionFlags),
    ...under('APPROVAL', {
      ...agreementFlags,
      'known-secrets': knownSecretsFlag,
      'fail-on-warn': failOnWarnFlag,
    }),
    ...under('LIMIT', { ...limitFlags, ...waitFlags }),
    ...under('REPORT', {
      ...reportFlags,
      output: resultFileFlag,
      'no-keep': noKeepFlag,
      ...stateFlags,
      plain: plainFlag,
    }),
    ...under('INCIDENT', {
      'capture-on-failure': Flags.string({
        description: 'after a no-go, make an incident bundle in this folder',
        helpValue: '<dir>',
      }),
      'no-offer': Flags.boolean({
        description: 'at a terminal: do not ask whether to make an incident bundle after a no-go',
      }),
    }),
    ...under('ATTESTATION', runAttestationFlags),
  }

  async run(): Promise<void> {
    const { argv, flags, raw } = await this.parse(Run)
    const ground = {
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      environmentAsked: environmentAsked(this.interruption.signal, flags.format),
      inputs: inputOptions(flags),
    }
    const after = {
      folder: flags['capture-on-failure'],
      state: flags.state,
      mayAsk: !flags['no-offer'],
      ground,
      signal: this.interruption.signal,
    }
    let place: CapturePlace | undefined
    let attestation: AttestedRun | undefined
    const options: RunOptions = {
      ...ground,
      selection: selectionOptions(flags, argv),
      failedOf: flags.failed ? { state: flags.state } : undefined,
      knownSecretsFile: flags['known-secrets'],
      ...agreementOptions(flags),
      ...limitOptions(flags),
      wait: flags.wait,
      failOnWarn: flags['fail-on-warn'],
      fingerprintKeyFile: flags['fingerprint-key'],
      format: flags.format,
      reports: reportRequests(flags.report),
      reportMode: flags['report-mode'],
      outputFile: flags.output,
      readFrom: flags.attest === undefined ? [] : [flags.attest],
      keep: flags['no-keep'] ? undefined : { state: flags.state },
      state: flags.state,
      terminal: runTerminal(flags.plain, reportDetail(flags)),
      makeReady: async (filesRead) => {
        const placing = placeAfterRun(after)
        // Neither is left half done where the other fails.
        const [, opened] = await Promise.allSettled([
          placing,
          openRunAttestation(runAttestationOptions(flags), filesRead),
        ])
        if (opened.status === 'fulfilled') attestation = opened.value
        place = await placing
        if (opened.status === 'rejected') throw opened.reason
      },
    }
    let end: RunEnd
    try {
      end = await runPreflight(options, this.interruption)
      const attested = await attestation?.attest(end.document)
      // Standard output is the report's.
      if (attested !== undefined) {
        const { attestedText } = await import('../src/attestation/attestation-text.js')
        process.stderr.write(onScreen(attestedText(attested, flags.attestation ?? ''), process.stderr))
      }
    } finally {
      await attestation?.close()
    }
    await captureAfterRun(end, place, after)
    this.finishAsWritten(end.exitCode)
  }
}
