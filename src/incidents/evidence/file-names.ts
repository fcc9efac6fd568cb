const longest = 80

/** What is left of a text as part of a file name: small letters, digits and single hyphens. */
export function fileName(text: string, fallback: string): string {
  const safe = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
  return safe === '' ? fallback : safe
}

/**
 * The same things, a number behind each name that another of them has already: `a-b` of system `a` is `b`, and so is
 * system `a-b`'s own.
 */
export function uniqueNames<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  const taken = new Set<string>()
  return all.map((one) => {
    let name = one.name
    for (let number = 2; taken.has(name); number += 1) name = `${one.name}-${number}`
    taken.add(name)
    return { ...one, name }
  })
}
