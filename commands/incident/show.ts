import { Args, Flags } from '@oclif/core'
import { BaseCommand, onScreen, warn, writeReport, textStyle } from '../../src/cli/base-command.js'
import { stateFlags } from '../../src/cli/flags.js'
import { incidentText } from '../../src/incidents/text/incident-text.js'
import { bundlePath } from '../../src/incidents/kept-bundles.js'
import { incidentFile, readIncident } from '../../src/incidents/read-incident.js'
import { exitCodes } from '../../src/base/errors.js'
import { safeJson } from '../../src/base/text/bounded-json.js'
import { neutralise } from '../../src/base/text/terminal-text.js'

export default class IncidentShow extends BaseCommand {
  static override summary = 'Show an incident bundle at a terminal.'
  static override description = `Safe for a folder or an archive from any source: nothing in it is unpacked, followed or run, and terminal control sequences are shown as escapes.
Exit code 28 when a document in it does not have the form that a capture writes, or a file was changed.`
  static override examples = [
    '<%= config.bin %> incident show last',
    '<%= config.bin %> incident show incident-20261121T042400Z-bus-3f9a1c.tar.gz',
    '<%= config.bin %> incident show incident.tar.gz --file summary.md',
    '<%= config.bin %> incident show incident.tar.gz --format json',
  ]
  static override args = {
    bundle: Args.string({
      ignoreStdin: true,
      description: 'the folder or the .tar.gz, or `last` or a part of the name of one in `incident list`',
      required: true,
    }),
  }
  static override flags = {
    ...stateFlags,
    file: Flags.string({ description: 'print one file of the bundle instead', helpValue: '<path>' }),
    format: Flags.option({
      description: 'output format',
      options: ['human', 'json'] as const,
      default: 'human' as const,
      exclusive: ['file'],
    })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentShow)
    const bundle = await bundlePath(args.bundle, flags.state)
    if (flags.file !== undefined) {
      const { text, problems } = await incidentFile(bundle, flags.file)
      await writeReport(neutralise(text, { keepNewlines: true }))
      this.#finishWith(problems)
      for (const problem of problems) warn(`changed after the capture: ${problem}`)
      return
    }
    const read = await readIncident(bundle)
    const { problems } = read
    await writeReport(
      flags.format === 'json' ? safeJson({ ...read.incident, problems }) : onScreen(incidentText(read, textStyle())),
    )
    this.#finishWith(problems)
  }

  #finishWith(problems: readonly string[]): void {
    this.finish(problems.length === 0 ? exitCodes.go : exitCodes.bundleUntrusted)
  }
}
