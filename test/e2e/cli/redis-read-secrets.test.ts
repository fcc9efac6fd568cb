import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { folderOf, ownPacks, preflight } from './preflight.js'

const planted = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'
const pack = `stage: datastores
variables:
  STORE_URL: { exposure: dsn }
  TOKEN_SECRET: { exposure: secret }
checks:
  notes:
    title: commands whose answers are shown
    severity: high
    class: config
    redis:
      url: "\${{ env.STORE_URL }}"
      write: false
      read: { plain: [GET, plain], token: [HGET, notes, token], own: [GET, own] }
    expect:
      - that: facts.answers.plain.text == ""
        message: "found \${{ facts.answers.plain.text }}, \${{ facts.answers.token.text }}, \${{ facts.answers.own.text }}"
    fix: look at it
`

let place: string
let folder: string
let server: RedisServer

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'redis-read-secrets-'))
  server = await startRedis(join(place, 'one'))
  await server.administer('SET', 'plain', 'an-ordinary-value')
  await server.administer('HSET', 'notes', 'token', `token ${planted}`)
  await server.administer('SET', 'own', server.password)
  folder = folderOf({
    'packs/site/a.yaml': pack,
    'prod.env': `STORE_URL='${server.url}'\nTOKEN_SECRET='${planted}'\n`,
  })
})
afterAll(async () => {
  await server.stop()
  await rm(place, { recursive: true, force: true })
})

it('answers of a datastore are shown without the secrets in them', async () => {
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  const given = [...ownPacks, '--env-file', 'prod.env']
  const formats = ['github', 'gitlab', 'html', 'human', 'json', 'junit', 'markdown', 'sarif', 'tap']
  const outputs: string[] = []
  for (const args of [
    ['run', ...given, '--output', 'result.json'],
    ...formats.map((format) => ['report', 'result.json', '--format', format]),
    [
      'probe',
      'redis',
      `url=${server.url}`,
      'write=false',
      'read={a: [GET, plain], b: [HGET, notes, token], c: [GET, own]}',
      ...given,
    ],
  ]) {
    const { stdout, stderr } = await preflight(args, { cwd: folder, environment })
    outputs.push(`${args.join(' ').replaceAll(server.password, '')}\n${stdout}\n${stderr}`)
  }
  outputs.push(readFileSync(join(folder, 'result.json'), 'utf8'))
  for (const output of outputs) {
    expect(output, output).toContain('an-ordinary-value')
    expect(output).not.toContain(planted)
    expect(output).not.toContain(server.password)
  }
}, 60_000)
