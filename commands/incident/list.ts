import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { formatFlag, stateFlags } from '../../src/cli/flags.js'
import { listBundles } from '../../src/incidents/kept-bundles.js'
import { incidentListJson, incidentListText } from '../../src/incidents/text/incident-list-text.js'

export default class IncidentList extends BaseCommand {
  static override summary = 'List the incident bundles of this user, the latest first.'
  static override description = 'Those that `preflight incident capture` made without --output.'
  static override examples = ['<%= config.bin %> incident list', '<%= config.bin %> incident list --format json']
  static override flags = { ...stateFlags, format: formatFlag() }

  async run(): Promise<void> {
    const { flags } = await this.parse(IncidentList)
    const bundles = await listBundles(flags.state)
    await writeReport(
      flags.format === 'json' ? incidentListJson(bundles) : onScreen(incidentListText(bundles, textStyle())),
    )
  }
}
