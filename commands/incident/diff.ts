import { Args } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { incidentDifferenceText } from '../../src/incidents/text/incident-difference-text.js'
import { bundlePath } from '../../src/incidents/kept-bundles.js'
import { compareIncidents } from '../../src/incidents/compare-incidents.js'
import { exitCodes } from '../../src/base/errors.js'
import { safeJson } from '../../src/base/text/bounded-json.js'
import { formatFlag, stateFlags } from '../../src/cli/flags.js'

export default class IncidentDiff extends BaseCommand {
  static override summary = 'Compare two incidents, or an incident with a snapshot of a good deployment.'
  static override description = `Shows checks that newly fail, changed facts, versions and variables: public variables with their values, others only if they changed.
This needs fingerprints made with the same key: capture both with the same --key-file. A file whose name ends in .json is a snapshot. Exit code 0 with any difference; 28 when a bundle was changed after the capture.`
  static override examples = [
    '<%= config.bin %> incident diff incident-20261120.tar.gz incident-20261121.tar.gz',
    '<%= config.bin %> incident diff good-snapshot.json incident-20261121.tar.gz',
  ]
  static override args = {
    before: Args.string({ ignoreStdin: true, description: 'a bundle, or a snapshot', required: true }),
    after: Args.string({ ignoreStdin: true, description: 'a bundle, or a snapshot', required: true }),
  }
  static override flags = {
    ...stateFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentDiff)
    const difference = await compareIncidents(
      await bundlePath(args.before, flags.state),
      await bundlePath(args.after, flags.state),
    )
    await writeReport(
      flags.format === 'json'
        ? safeJson(jsonOf(difference))
        : onScreen(incidentDifferenceText(difference, textStyle())),
    )
    this.finish(
      [difference.before, difference.after].some(({ problems }) => problems.length > 0)
        ? exitCodes.bundleUntrusted
        : exitCodes.go,
    )
  }
}

/** The sides by name: whole bundles are not a difference. */
function jsonOf({ before, after, ...difference }: Awaited<ReturnType<typeof compareIncidents>>): unknown {
  return { before: sideOf(before), after: sideOf(after), ...difference }
}

function sideOf({ name, problems }: Awaited<ReturnType<typeof compareIncidents>>['before']): unknown {
  return { name, problems }
}
