import { BaseCommand, onScreen, writeReport, textStyle } from '../../src/cli/base-command.js'
import { agreementFlags, definitionFlags } from '../../src/cli/flags.js'
import { definitionOptions } from '../../src/cli/options.js'
import { waiverVerdictText } from '../../src/checks/text/waiver-text.js'
import { verifyWaivers } from '../../src/checks/waivers/list-waivers.js'

export default class WaiverVerify extends BaseCommand {
  static override summary =
    'Verify that a run would accept the waiver file: every entry, and the signature if one is required.'
  static override description =
    'An expired waiver is not an error: it waives nothing, and every run reports it. Exit codes: 0 a run accepts it; 2 file not found; 3 a run does not accept it.'
  static override examples = [
    '<%= config.bin %> waiver verify',
    '<%= config.bin %> waiver verify --waivers waivers.yaml',
  ]
  static override flags = { waivers: agreementFlags.waivers, ...definitionFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(WaiverVerify)
    const verified = await verifyWaivers(
      { ...definitionOptions(flags), waiversFile: flags.waivers },
      this.interruption.signal,
    )
    await writeReport(onScreen(waiverVerdictText(verified, textStyle())))
  }
}
