import { counted } from '../../src/base/text/wording.js'
import { Args, Flags } from '@oclif/core'
import { UsageError, exitCodes } from '../../src/base/errors.js'
import { BaseCommand, writeReport } from '../../src/cli/base-command.js'
import { runToShow } from '../../src/cli/chosen-run.js'
import { stateFlags } from '../../src/cli/flags.js'
import { runbookSource, runbookSourceFlags } from '../../src/cli/runbook-flags.js'
import { renderInto, renderOne, renderRun, renderRunPage, stalePages } from '../../src/runbooks/render/render-run.js'

const defaultFolder = 'docs/runbooks'

export default class RunbookRender extends BaseCommand {
  static override summary =
    'Print a runbook, or the report of a run, as Markdown; the report also as a page for a browser.'
  static override description = `Without --output, the page of one runbook is printed on standard output. With it, the pages of one or of all runbooks are written to that folder.
--check compares the pages there with what would be written: exit code 1, with a line for each page that is stale, missing or unneeded.`
  static override examples = [
    '<%= config.bin %> runbook render arqonbus/deploy-production',
    '<%= config.bin %> runbook render --output docs/runbooks',
    '<%= config.bin %> runbook render --check --output docs/runbooks',
    '<%= config.bin %> runbook render --run last',
    '<%= config.bin %> runbook render --run last --format html > report.html',
  ]
  static override args = {
    id: Args.string({ ignoreStdin: true, description: 'the id of the runbook [default: all]' }),
  }
  static override flags = {
    output: Flags.string({
      description: `the folder of the printed pages [with --check: ${defaultFolder}]`,
      helpValue: '<dir>',
    }),
    check: Flags.boolean({ description: 'compare the printed pages instead of writing them' }),
    run: Flags.string({
      description: 'the report of this run: its id, a unique part of the id, or `last`',
      helpValue: '<run>',
      exclusive: ['check', 'output'],
    }),
    format: Flags.option({
      options: ['markdown', 'html'] as const,
      description: 'the format of the report of a run [default: markdown]',
      dependsOn: ['run'],
    })(),
    ...stateFlags,
    ...runbookSourceFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunbookRender)
    const source = runbookSource(flags)
    if (flags.run !== undefined) {
      const run = await runToShow(flags.run, flags)
      const options = { state: flags.state, run }
      return writeReport(await (flags.format === 'html' ? renderRunPage(options) : renderRun(source, options)))
    }
    if (flags.check) {
      const problems = await stalePages(source, args.id, flags.output ?? defaultFolder)
      await writeReport(
        problems.length === 0
          ? 'every page matches its runbook\n'
          : [...problems, 'write them again with `preflight runbook render --output DIR`', ''].join('\n'),
      )
      return this.finish(problems.length === 0 ? exitCodes.go : exitCodes.failed)
    }
    if (flags.output !== undefined)
      return writeReport(
        `${counted(await renderInto(source, args.id, flags.output), 'page')} written below ${flags.output}\n`,
      )
    if (args.id === undefined)
      throw new UsageError('which runbook?', { hint: 'name one, or print all of them with --output DIR' })
    await writeReport(await renderOne(source, args.id))
  }
}
