/**
 * The value of a variable where python-dotenv looks it up: `undefined` when there is none, `null` when nobody can tell
 * here.
 */
export type DotenvLookup = (name: string) => string | undefined | null

/** A value with its references replaced, or the first of them that nobody can tell. */
export type Replaced = { readonly value: string } | { readonly missing: string }

/**
 * Replaces `${NAME}` and `${NAME:-default}` as python-dotenv 1.2 does (`dotenv/variables.py`), whatever quotes the
 * value stood in. A default stands in where
 * there is no such variable, not where it is empty; without one it is replaced by nothing. `$NAME` stays as it is.
 */
export function replaceReferences(text: string, lookup: DotenvLookup): Replaced {
  let missing: string | undefined
  const value = text.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_whole, name: string, instead: string | undefined) => {
    const found = lookup(name)
    if (found === null) missing ??= name
    return found ?? instead ?? ''
  })
  return missing === undefined ? { value } : { missing }
}

/** Whether there is a reference that has no default of its own, by the name that it asks for. */
export function referencesWithoutDefault(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^}:]*)(?::-([^}]*))?\}/g)].flatMap(([, name = '', instead]) =>
    instead === undefined ? [name] : [],
  )
}
