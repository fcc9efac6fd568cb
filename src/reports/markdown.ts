import { withoutLogCommands } from '../base/text/terminal-text.js'
import type { Reporter } from '../checks/result/reporter.js'
import { joinWithin } from './markdown/byte-budget.js'
import { diagnosticBlocks, findingBlocks, headBlocks, listBlocks, omittedBlocks } from './markdown/blocks.js'

/** GitHub refuses a comment of more than 65,536 characters; GitLab and step summaries take more. */
const longestComment = 65_000

export const reporter: Reporter = {
  format: 'markdown',
  title: 'Markdown, ready for a comment on a pull request',
  render(document) {
    const blocks = [
      ...headBlocks(document),
      ...diagnosticBlocks(document),
      ...findingBlocks(document, 'Failed', ['fail']),
      ...findingBlocks(document, 'Could not be evaluated', ['error', 'timeout']),
      ...listBlocks(document, 'Blocked', 'blocked'),
      ...findingBlocks(document, 'Warnings', ['warn']),
      ...listBlocks(document, 'Waived', 'waived'),
      ...listBlocks(document, 'Not applicable', 'not-applicable'),
      ...omittedBlocks(document),
    ]
    return joinWithin(blocks.map(withoutLogCommands), longestComment)
  },
}
