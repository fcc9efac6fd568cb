import { stringify } from 'yaml'

const style = { lineWidth: 0, aliasDuplicateObjects: false } as const

/** A value as YAML, over several lines. */
export function block(value: unknown): string {
  return stringify(value, style)
}

/** A value as YAML on one line, to stand behind a key. */
export function flow(value: unknown): string {
  // Within a mapping, so that a text is quoted where a mapping on one line needs it.
  const mapping = stringify({ v: value }, { ...style, collectionStyle: 'flow', flowCollectionPadding: false })
  return mapping.trim().slice('{v: '.length, -'}'.length)
}
