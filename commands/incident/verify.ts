import { Args } from '@oclif/core'
import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { definitionFlags, environmentFlags, stateFlags } from '../../src/cli/flags.js'
import { definitionOptions, environmentOptions, inputOptions } from '../../src/cli/options.js'
import { bundleVerdictText } from '../../src/incidents/text/incident-text.js'
import { bundlePath } from '../../src/incidents/kept-bundles.js'
import { verifyIncident } from '../../src/incidents/verify-incident.js'
import { exitCodes } from '../../src/base/errors.js'

export default class IncidentVerify extends BaseCommand {
  static override summary = 'Verify that an incident bundle is complete, unchanged and without secrets.'
  static override description = `Every file is compared with the manifest, every document with its schema and with the others. With an environment, every file is searched for its secrets in every form.
A bundle does not prove who wrote it. To detect a forged one, compare the SHA-256 that the capture printed, sent over another channel.
Exit codes: 0 complete and unchanged, and without secrets of the given environment; 28 not.`
  static override examples = [
    '<%= config.bin %> incident verify incident.tar.gz --env-file .env.production',
    '<%= config.bin %> incident verify /srv/incidents/incident-20261121T042400Z-bus-3f9a1c',
  ]
  static override args = {
    bundle: Args.string({
      ignoreStdin: true,
      description: 'the folder or the .tar.gz, or `last` or a part of the name of one in `incident list`',
      required: true,
    }),
  }
  static override flags = { ...environmentFlags, ...definitionFlags, ...stateFlags }

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(IncidentVerify)
    const verdict = await verifyIncident(await bundlePath(args.bundle, flags.state), {
      ...definitionOptions(flags),
      environment: environmentOptions(flags, raw),
      inputs: inputOptions(flags),
    })
    await writeReport(onScreen(bundleVerdictText(verdict, textStyle())))
    this.finish(
      verdict.problems.length === 0 && (verdict.leaks ?? []).length === 0 ? exitCodes.go : exitCodes.bundleUntrusted,
    )
  }
}
