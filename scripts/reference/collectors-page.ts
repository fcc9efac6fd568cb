import type { Collector } from '../../src/engine/collector.js'
import { authorSchema } from './json-schema.js'
import { generatedNotice } from './markdown.js'
import { inputTables } from './probes-page.js'

/** docs/reference/collectors.md: every kind of evidence with its input. */
export function collectorsPage(collectors: readonly Collector[]): string {
  const intro =
    'What an incident bundle can gather, by the key under `evidence:` in a pack file. [What is gathered, and what never is](../incidents-collecting.md) says how to name it.'
  return [generatedNotice, '# Kinds of evidence', intro, ...collectors.map(section)].join('\n\n') + '\n'
}

function section({ kind, title, input }: Collector): string {
  return [`## ${kind}`, `${title[0]!.toUpperCase()}${title.slice(1)}.`, inputTables(authorSchema(input))].join('\n\n')
}
