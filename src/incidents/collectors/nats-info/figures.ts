/** What of a server's greeting is its own: not the client's address, the nonce to sign, or the cluster's addresses. */
const greeted = [
  'server_id',
  'server_name',
  'version',
  'git_commit',
  'go',
  'proto',
  'headers',
  'max_payload',
  'jetstream',
  'auth_required',
  'tls_required',
  'tls_available',
  'tls_verify',
  'cluster',
  'domain',
  'ldm',
] as const

/** Texts among a server's figures that name no user, no subject and no credential. */
const texts = new Set([
  'server_id',
  'server_name',
  'version',
  'git_commit',
  'go',
  'start',
  'now',
  'uptime',
  'config_load_time',
  'domain',
])

const deepest = 4

export function serverOf(info: unknown): Readonly<Record<string, unknown>> {
  const given = isObject(info) ? info : {}
  const kept = greeted.flatMap((name) => (Object.hasOwn(given, name) ? [[name, given[name]] as const] : []))
  if (kept.length === 0) throw new Error('the server did not introduce itself')
  const others = given['connect_urls']
  return { ...Object.fromEntries(kept), ...(Array.isArray(others) ? { cluster_addresses: others.length } : {}) }
}

/**
 * Of a server's own account of itself the figures and switches, at most four deep; a text only where its name is
 * listed, and of a list only its length.
 * What may name users, subjects or keys (`tags`, `trusted_operators_jwt`, routes) falls away without being listed.
 */
export function figuresOf(value: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!isObject(value) || depth === deepest) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      if (typeof field === 'number' || typeof field === 'boolean') return [[name, field]]
      if (typeof field === 'string') return texts.has(name) ? [[name, field]] : []
      if (Array.isArray(field)) return [[name, field.length]]
      const below = figuresOf(field, depth + 1)
      return Object.keys(below).length === 0 ? [] : [[name, below]]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
