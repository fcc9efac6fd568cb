import { alternativeNames, constraints, keyUsage, type Name } from './extensions.js'
import { issue, type Issued, type Recipe } from './x509.js'

/** What a server presents to a client, and what that client trusts. */
export interface CertificateCase {
  /** What the URL names. */
  readonly host: string
  /** In the order in which they are sent, the server's own first. */
  readonly chain: readonly [Issued, ...Issued[]]
  readonly anchors: readonly Issued[]
}

export type Cases = Readonly<Record<string, () => CertificateCase>>

const loopbackNames: readonly Name[] = ['DNS:localhost', 'IP:7f000001', 'IP:00000000000000000000000000000001']

export const authorityExtensions: readonly Buffer[] = [constraints(true), keyUsage('00000110')]

/** A certificate authority; by itself unless it says otherwise. */
export function authority(recipe: Partial<Recipe> = {}): Issued {
  return issue({ subject: 'An Authority', extensions: authorityExtensions, ...recipe })
}

interface LeafRecipe extends Partial<Recipe> {
  readonly names?: readonly Name[]
  /** Beside the names. */
  readonly more?: readonly Buffer[]
}

/** A server's certificate for the loopback. */
export function leaf(by: Issued | undefined, { names = loopbackNames, more = [], ...recipe }: LeafRecipe = {}): Issued {
  return issue({
    subject: 'a server',
    ...(by === undefined ? {} : { by }),
    extensions: [...(names.length === 0 ? [] : [alternativeNames(names)]), ...more],
    ...recipe,
  })
}

/** A leaf that an authority signed which is trusted. */
export function plain(recipe: LeafRecipe = {}, host = 'localhost', above: Partial<Recipe> = {}): CertificateCase {
  const root = authority(above)
  return { host, chain: [leaf(root, recipe)], anchors: [root] }
}

/** A certificate that signed itself and is trusted. */
export function alone(recipe: LeafRecipe = {}, host = 'localhost'): CertificateCase {
  const one = leaf(undefined, recipe)
  return { host, chain: [one], anchors: [one] }
}

/** A leaf below authorities that the server sends, the one nearest to the leaf last. */
export function below(
  recipes: readonly Partial<Recipe>[],
  root: Partial<Recipe> = {},
  recipe: LeafRecipe = {},
  host = 'localhost',
): CertificateCase {
  const anchor = authority(root)
  const between: Issued[] = []
  for (const [at, one] of recipes.entries())
    between.unshift(authority({ subject: `Authority ${at + 1}`, by: between[0] ?? anchor, ...one }))
  return { host, chain: [leaf(between[0] ?? anchor, recipe), ...between], anchors: [anchor] }
}
