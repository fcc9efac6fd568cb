import type { YamlMap, YamlNode } from '../../../definitions/yaml-node.js'

/**
 * Tags of Compose (specification, "Merge"): what has one takes the place of what earlier files say, `!reset` with
 * nothing.
 */
export const mergeTags = ['!reset', '!override'] as const

export function isReset(node: YamlNode | undefined): boolean {
  return node?.tag === '!reset'
}

/** Whether nothing of what earlier files say is left. */
export function replaces(node: YamlNode | undefined): boolean {
  return node?.tag !== undefined
}

/** A mapping without the keys whose values take away. */
export function withoutReset(node: YamlMap): YamlMap {
  return { ...node, entries: new Map([...node.entries].filter(([, { value }]) => !isReset(value))) }
}

/** Items of lists that have a tag: which item of the earlier file one stands for depends on its number there. */
export function taggedItems(node: YamlMap, keys: readonly string[]): readonly YamlNode[] {
  return keys.flatMap((key) => {
    const list = node.entries.get(key)?.value
    return list?.kind === 'list' ? list.items.filter(replaces) : []
  })
}
