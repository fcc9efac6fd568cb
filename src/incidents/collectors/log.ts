import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { defineCollector } from '../../engine/collector.js'
import { openLog } from '../../host/log-file.js'
import { mostLogBytes, mostLogLines, readTail } from '../../host/log-tail.js'

const input = z.strictObject({
  path: pathText().describe('the file; a link is followed if its owner could have read the target'),
  lines: z.int().min(1).max(mostLogLines).default(2000).describe('maximum number of last lines to keep'),
  'max-bytes': z
    .int()
    .min(1)
    .max(mostLogBytes)
    .default(256 * 1024)
    .describe('maximum number of bytes to keep'),
})

/** The end of a log file, in whole lines. */
export const collector = defineCollector({
  kind: 'log',
  title: 'the last lines of a log file',
  input,
  async collect({ path, lines, 'max-bytes': mostBytes }, { signal }) {
    const file = await openLog(path)
    try {
      const { text, omitted } = await readTail(file, { lines, bytes: mostBytes }, signal)
      return { form: 'text', text, omitted }
    } finally {
      await file.close()
    }
  },
})
