import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { agreementFlags, definitionFlags, formatFlag } from '../../src/cli/flags.js'
import { definitionOptions } from '../../src/cli/options.js'
import { waiverListJson, waiverListText } from '../../src/checks/text/waiver-text.js'
import { listWaivers } from '../../src/checks/waivers/list-waivers.js'

export default class WaiverList extends BaseCommand {
  static override summary = 'List the approved exceptions, with the days left of each.'
  static override description = 'Exit codes: 0 listed, signed or not; 2 file not found; 3 anything in it is invalid.'
  static override examples = [
    '<%= config.bin %> waiver list',
    '<%= config.bin %> waiver list --waivers waivers.yaml --format json',
  ]
  static override flags = {
    waivers: agreementFlags.waivers,
    ...definitionFlags,
    format: formatFlag(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(WaiverList)
    const listed = await listWaivers(
      { ...definitionOptions(flags), waiversFile: flags.waivers },
      this.interruption.signal,
    )
    await writeReport(flags.format === 'json' ? waiverListJson(listed) : onScreen(waiverListText(listed, textStyle())))
  }
}
