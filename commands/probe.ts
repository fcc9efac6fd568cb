import { durationFlag, definitionFlags, environmentFlags, formatFlag } from '../src/cli/flags.js'
import { environmentAsked } from '../src/cli/asking-person.js'
import { BaseCommand, textStyle, warn, onScreen, writeReport } from '../src/cli/base-command.js'
import { definitionOptions, environmentOptions, inputOptions } from '../src/cli/options.js'
import { exitCodes } from '../src/base/errors.js'
import { observeOnce } from '../src/checks/single-probe/observe-once.js'
import { probeJson, probeKindsJson, probeKindsText, probeText } from '../src/checks/text/probe-text.js'
import { probeRegistry } from '../src/engine/folder-registry.js'

export default class Probe extends BaseCommand {
  static override summary =
    'Make one attempt of a probe, and print what it sees: the facts, and a check that expects them.'
  static override description = `Every input of the kind is given as name=value, where the value is YAML; dots lead into a mapping. Without a kind, all kinds are listed.
The facts are redacted as in a report. Nothing is judged: exit code 0 when the facts were observed, whatever they are, 4 when they could not be, 3 when
a definition or the deployment file is invalid.`
  static override examples = [
    '<%= config.bin %> probe',
    '<%= config.bin %> probe tcp host=127.0.0.1 port=6379',
    '<%= config.bin %> probe http url=http://127.0.0.1:8080/health headers.accept=application/json',
    "<%= config.bin %> probe redis 'url=${{ env.ORDERS_REDIS_URL }}' --env-file orders.env",
    "<%= config.bin %> probe env 'first=[ORDERS_URL, FALLBACK_URL]' --env-file orders.env --format json",
  ]
  static override usage = '<%= command.id %> [KIND] [NAME=VALUE...] [FLAGS]'
  static override strict = false
  static override flags = {
    timeout: durationFlag('timeout', 'maximum time of the attempt [default: that of the kind]', {
      minimum: 50,
      maximum: 3_600_000,
    }),
    ...environmentFlags,
    ...definitionFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { argv, flags, raw } = await this.parse(Probe)
    const [kind, ...values] = argv.map(String)
    if (kind === undefined) {
      const probes = await Promise.all(probeRegistry.names().map((name) => probeRegistry.load(name)))
      return writeReport(
        flags.format === 'json' ? probeKindsJson(probes) : onScreen(probeKindsText(probes, textStyle())),
      )
    }
    const observation = await observeOnce({
      ...definitionOptions(flags),
      kind,
      values,
      environment: environmentOptions(flags, raw),
      environmentAsked: environmentAsked(this.interruption.signal),
      inputs: inputOptions(flags),
      timeout: flags.timeout,
      signal: this.interruption.signal,
      warn,
    })
    await writeReport(flags.format === 'json' ? probeJson(observation) : probeText(observation))
    this.finish(observation.isObserved ? exitCodes.go : exitCodes.notEvaluated)
  }
}
