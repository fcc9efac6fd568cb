import type { z } from 'zod'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { Problems, type Path, type YamlNode } from '../../definitions/yaml-node.js'
import { compileTemplate, type TemplateLeaf } from '../../definitions/template/compile-template.js'
import type { ActionCall } from '../definition/runbook-definition.js'
import { secretShown } from '../definition/runbook-vocabulary.js'
import { marksAt } from '../../engine/load/literal-places.js'
import { secretAmong, secretOutputsAmong, type Names } from './step-names.js'

/**
 * Whether a place is handed on unseen, so that it may hold any secret, one that was captured included: a header, a
 * body, a variable, an input. What is below such a place is one as well.
 */
export function holdsSecret(schema: z.ZodType, path: Path): boolean {
  return [...path, undefined].some((_, depth) => marksAt(schema, path.slice(0, depth)).has('secret'))
}

/** What an input shows where it holds secrets; nothing else where it holds none. */
export function shownInput(
  { input }: { readonly input: z.ZodType },
  node: YamlNode,
  leaves: readonly TemplateLeaf[],
  compiler: ExpressionCompiler,
  { parameters, outputs }: Names,
): Pick<ActionCall, 'shown'> {
  const isSecret = ({ references }: TemplateLeaf): boolean =>
    secretAmong(references, parameters) !== undefined || secretOutputsAmong(references, outputs).length > 0
  const hidden = new Set<YamlNode>(
    leaves.filter((leaf) => holdsSecret(input, leaf.path) && isSecret(leaf)).map((leaf) => leaf.node),
  )
  return hidden.size === 0 ? {} : { shown: compileTemplate(withHidden(node, hidden), compiler, new Problems()) }
}

/** The secret outputs that expressions use; nothing else where they use none. */
export function secretsUsed(leaves: readonly TemplateLeaf[], { outputs }: Names): Pick<ActionCall, 'secrets'> {
  const references = leaves.flatMap((leaf) => leaf.references)
  const secrets = secretOutputsAmong(references, outputs)
  return secrets.length === 0 ? {} : { secrets }
}

function withHidden(node: YamlNode, hidden: ReadonlySet<YamlNode>): YamlNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => withHidden(item, hidden)) }
  if (node.kind === 'scalar') return hidden.has(node) ? { ...node, value: secretShown } : node
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { ...entry, value: withHidden(entry.value, hidden) }] as const,
  )
  return { ...node, entries: new Map(entries) }
}
