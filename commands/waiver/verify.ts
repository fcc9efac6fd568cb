import { BaseCommand } from '../../src/cli/base-command.js'
import { agreementFlags, definitionFlags } from '../../src/cli/flags.js'
import { definitionOptions } from '../../src/cli/options.js'
import { writeReport, textStyle } from '../../src/cli/write-output.js'
import { waiverVerdictText } from '../../src/checks/text/waiver-text.js'
import { verifyWaivers } from '../../src/checks/waivers/list-waivers.js'

export default class WaiverVerify extends BaseCommand {
  static override summary =
    'Verify that a run would take the waiver file: every entry, and the signature where one is demanded.'
  static override description =
    'An expired waiver is no mistake: it waives nothing, and every run says so. Exit codes: 0 a run takes it; 2 no such file; 3 it does not.'
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
    await writeReport(waiverVerdictText(verified, textStyle()))
  }
}
