import { pythonStrip } from '../../../base/language/python-number.js'

/** How a variable holds several secrets: with what between them, and before each one what is not secret. */
export interface ElementRule {
  readonly separator: string
  /** A secret begins behind the first of these in its element (`name:secret`). */
  readonly after?: string | undefined
  /** What Python's `strip` removes is not part of a secret. */
  readonly strip?: boolean | undefined
}

/** One element of a list of secrets; `undefined` where nothing separates a secret from what is before it. */
type SecretElement = string | undefined

/** The secrets of a list in their order. An empty element is one: a service may accept it as a key. */
export function listedElements(
  value: string,
  { separator, after, strip = false }: ElementRule,
): readonly SecretElement[] {
  const trimmed = (secret: string): string => (strip ? pythonStrip(secret) : secret)
  return value.split(separator).map((element) => {
    if (after === undefined) return trimmed(element)
    const at = element.indexOf(after)
    return at === -1 ? undefined : trimmed(element.slice(at + after.length))
  })
}
