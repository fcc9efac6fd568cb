import type { z } from 'zod'
import { suggestionHint } from '../../base/text/suggestion.js'
import type { Position } from '../../base/position.js'
import { Problems } from '../../definitions/problems.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import type { YamlNode } from '../../definitions/yaml-node.js'

/**
 * Reports a key that nobody knows. It is shown only where it is nearly a known one: `{ name: A, value hunter2 }` has
 * the key `value hunter2`.
 */
export function reportUnknownKey(key: string, position: Position, known: readonly string[], problems: Problems): void {
  const hint = suggestionHint(key, known)
  problems.report(
    position,
    'unknown-key',
    hint === undefined ? 'a key that is not known here' : `unknown key ${key}`,
    hint ?? `known: ${known.join(', ')}`,
  )
}

/** As `reportIssues`, of a file with secrets. */
export function reportShape(
  issues: Parameters<typeof reportIssues>[0],
  node: YamlNode,
  schema: z.ZodType,
  problems: Problems,
): void {
  const own = new Problems()
  reportIssues(issues, node, schema, own)
  for (const { position, code, message, hint } of own.found()) {
    const isHidden = code === 'unknown-key' && hint?.startsWith('did you mean ') !== true
    problems.report(position, code, isHidden ? 'a key that is not known here' : message, hint)
  }
}
