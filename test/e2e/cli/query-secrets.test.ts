import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { folderOf, ownPacks, preflight } from './preflight.js'

const planted = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'
const pack = `stage: datastores
variables:
  STORE_URL: { exposure: dsn }
  TOKEN_SECRET: { exposure: secret }
checks:
  notes:
    title: a query whose rows are shown
    severity: high
    class: config
    postgres: { url: "\${{ env.STORE_URL }}", query: SELECT body FROM notes ORDER BY id }
    expect:
      - that: facts.rowCount == 0
        message: "found \${{ facts.rows[0].body }} and \${{ facts.rows[1].body }} and \${{ facts.rows[2].body }}"
    fix: look at it
`

let place: string
let folder: string
let server: PostgresServer

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'postgres-query-secrets-'))
  chmodSync(place, 0o755)
  server = await startPostgres(join(place, 'cluster'), await clusterTemplate())
  await server.administer(`CREATE TABLE notes (id int, body text); GRANT SELECT ON notes TO ${server.user};
    INSERT INTO notes VALUES (1, 'an-ordinary-row'), (2, 'token ${planted}'), (3, '${server.password}')`)
  folder = folderOf({
    'packs/site/a.yaml': pack,
    'prod.env': `STORE_URL='${server.url}'\nTOKEN_SECRET='${planted}'\n`,
  })
})
afterAll(async () => {
  await server.stop()
  await rm(place, { recursive: true, force: true })
})

it('rows of a query are shown without the secrets in them', async () => {
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  const given = [...ownPacks, '--env-file', 'prod.env']
  const outputs: string[] = []
  for (const args of [
    ['run', ...given, '--output', 'result.json'],
    ['run', ...given, '--format', 'json'],
    ['probe', 'postgres', `url=${server.url}`, 'query=SELECT body FROM notes ORDER BY id', ...given],
    ['report', 'result.json', '--format', 'html'],
  ]) {
    const { stdout, stderr } = await preflight(args, { cwd: folder, environment })
    outputs.push(`${args.join(' ').replaceAll(server.password, '')}\n${stdout}\n${stderr}`)
  }
  outputs.push(readFileSync(join(folder, 'result.json'), 'utf8'))
  for (const output of outputs) {
    expect(output).toContain('an-ordinary-row')
    expect(output).not.toContain(planted)
    expect(output).not.toContain(server.password)
  }
}, 60_000)
