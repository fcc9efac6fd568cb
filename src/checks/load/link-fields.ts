import { z } from 'zod'
import { plainText } from './text-schema.js'

const safe = () => z.boolean().describe('whether it can be run at any time without harm')

const runbookId = () =>
  z.string().regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/, 'must be the id of a runbook, such as orders/restart')

/** The keys of a check that name what helps with a failure. */
export const linkFields = {
  remedy: z
    .union([
      z.strictObject({
        run: z.array(plainText()).min(1).max(100).describe('a program and its arguments'),
        safe: safe(),
      }),
      z.strictObject({
        runbook: runbookId(),
        safe: safe(),
      }),
    ])
    .optional()
    .describe('a command that fixes it, for reports to show; preflight never runs it by itself'),
  runbook: runbookId().optional().describe('the runbook that answers a failure, by its id'),
  docs: plainText()
    .optional()
    .describe('the page that explains it: a URL, or a path below `docs-url` of the deployment file'),
} as const
