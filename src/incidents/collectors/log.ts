import { z } from 'zod'
import { pathText } from '../../base/text/path-text.js'
import { defineCollector } from '../../engine/collector.js'
import { openLog } from './log/open-log.js'
import { readTail } from './log/read-tail.js'

const input = z.strictObject({
  path: pathText().describe('the file; a link is followed where its owner could have read what it names'),
  lines: z.int().min(1).max(100_000).default(2000).describe('how many of its last lines are kept'),
  'max-bytes': z
    .int()
    .min(1)
    .max(4 * 1024 * 1024)
    .default(256 * 1024)
    .describe('and how many bytes at most'),
})

/** The end of a log file, in whole lines. */
export const collector = defineCollector({
  kind: 'log',
  title: 'the last lines of a log file',
  input,
  async collect({ path, lines, 'max-bytes': mostBytes }, { signal }) {
    const file = await openLog(path)
    try {
      return { form: 'text', ...(await readTail(file, { lines, bytes: mostBytes }, signal)) }
    } finally {
      await file.close()
    }
  },
})
