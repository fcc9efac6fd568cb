import { withPostgres } from './postgres-client.js'

/**
 * `scripts/manual_checks/postgres_connection_check.py`: 2 without a URL, 1 when unreachable, 0 when fine; prints the
 * URL whole.
 */
export async function checkPostgres(): Promise<number> {
  const url = process.env['ARQONBUS_POSTGRES_URL']
  if (!url) {
    process.stdout.write('ERROR: set ARQONBUS_POSTGRES_URL\n')
    return 2
  }
  try {
    await withPostgres(url, (client) => client.query('SELECT 1'))
    process.stdout.write(`OK: Postgres reachable at ${url}\n`)
    return 0
  } catch (error) {
    process.stdout.write(
      `ERROR: unable to reach Postgres at ${url}: ${error instanceof Error ? error.message : 'unknown'}\n`,
    )
    return 1
  }
}
