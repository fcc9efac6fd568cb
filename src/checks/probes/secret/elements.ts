/** How a variable holds several secrets: with what between them, and before each one what is not secret. */
export interface ElementRule {
  readonly separator: string
  /** A secret begins behind the first of these in its element (`name:secret`). */
  readonly after?: string | undefined
}

/** One element of a list of secrets; `undefined` where nothing separates a secret from what is before it. */
type SecretElement = string | undefined

/** The secrets of a list in their order. An empty element is one: a service may accept it as a key. */
export function listedElements(value: string, { separator, after }: ElementRule): readonly SecretElement[] {
  return value.split(separator).map((element) => {
    if (after === undefined) return element
    const at = element.indexOf(after)
    return at === -1 ? undefined : element.slice(at + after.length)
  })
}
