/**
 * The value of a variable that stands before: `undefined` when none does, `null` when it is known only to the cluster.
 */
export type Reference = (name: string) => string | undefined | null

/**
 * A text with its references filled in, or the first of them that cannot be; `isSet` tells one that is unknown from one
 * that is not there.
 */
export type Expanded = { readonly value: string } | { readonly missing: string; readonly isSet: boolean }

/**
 * Fills `$(NAME)` in as the kubelet does (Kubernetes, dependent environment variables): `$$` is a dollar sign, and a
 * dollar sign before anything
 * else stands for itself. A reference to nothing, which the kubelet leaves as it is, is missing here.
 */
export function expandReferences(text: string, reference: Reference): Expanded {
  let missing: string | undefined
  const value = text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$'
    const found = reference(name)
    if (typeof found !== 'string') missing ??= name
    return found ?? whole
  })
  return missing === undefined ? { value } : { missing, isSet: reference(missing) === null }
}
