import type { PostgresSession } from './postgres-session.js'

/** For each word of `target_session_attrs` what must hold: recovery alone, or that nothing can be written. */
const demands: Readonly<Record<string, { readonly of: 'recovery' | 'read-only'; readonly is: boolean }>> = {
  primary: { of: 'recovery', is: false },
  standby: { of: 'recovery', is: true },
  'prefer-standby': { of: 'recovery', is: true },
  'read-write': { of: 'read-only', is: false },
  'read-only': { of: 'read-only', is: true },
}

/**
 * Whether a server is what `target_session_attrs` asks for, by asyncpg's rules: read-only is a standby, or a default of
 * the session.
 */
export async function fitsSession(session: PostgresSession, wanted: string): Promise<boolean> {
  const demand = demands[wanted]
  if (demand === undefined) return true
  const [row] = await session.query(
    "SELECT pg_catalog.pg_is_in_recovery() AS recovery, pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only",
  )
  const holds = row?.['recovery'] === true || (demand.of === 'read-only' && row?.['read_only'] === true)
  return holds === demand.is
}
