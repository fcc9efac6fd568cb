import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type AegisDatabase,
  AegisPlace,
  doesNothing,
  initialise,
  schemaBefore,
  startAegisDatabase,
  toHead,
} from './aegis-place.js'
import { ending } from './real.js'

let place: AegisPlace
let database: AegisDatabase

beforeAll(async () => {
  database = await startAegisDatabase()
  await database.administer(initialise)
  await database.administer(`SET ROLE aegis; ${schemaBefore}; ${toHead}`)
  place = new AegisPlace({ DATABASE_URL: database.serviceUrl })
}, 60_000)
afterAll(async () => {
  place.remove()
  await database.remove()
})

describe('the optimisation (001-43, 001-45)', () => {
  const indexes = () => database.administer("SELECT 1 FROM pg_indexes WHERE indexname = 'ix_agent_registry_status'")

  it('adds the index that is missing, and its undo drops it', async () => {
    const run = await place.run('aegis/optimise')
    expect(ending(run)).toBe('completed')
    expect(await indexes()).toHaveLength(1)
    expect(ending(await place.run('aegis/optimise'))).toBe('completed')
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await indexes()).toEqual([])
  })

  it('refuses a reload of nginx that says 0 and does nothing', async () => {
    const pidFile = join(place.folder, 'nginx.pid')
    writeFileSync(pidFile, String(process.ppid))
    place.install({ nginx: doesNothing })
    const run = await place.run('aegis/optimise', { strategy: 'load-balancer', nginx_pid: pidFile })
    expect(ending(run)).toMatch(/it has not read its configuration/)
  })
})

describe('the rotation of logs (001-15)', () => {
  const rules = (): string => join(place.folder, 'rules')
  const logrotate = (): string => join(place.bin, 'logrotate')
  beforeEach(() => {
    // As the real one: it reads the file, and ends with 1 for one that it does not understand.
    place.install({ logrotate: '#!/bin/sh\n[ "$1" = --debug ] && grep -q "rotate 30" "$2"\n' })
  })
  const rotate = (more: object = {}) =>
    place.run('aegis/log-rotation', { file: rules(), logrotate: logrotate(), ...more })

  it('writes the rules, and its undo puts back those that were there', async () => {
    writeFileSync(rules(), '# mine\n')
    const run = await rotate()
    expect(ending(run)).toBe('completed')
    expect(readFileSync(rules(), 'utf8')).toContain(`"${place.folder}/logs"/*.log {\n    daily\n    rotate 30\n`)
    expect(ending(await place.undo(run))).toBe('undone')
    expect(readFileSync(rules(), 'utf8')).toBe('# mine\n')
  })

  it('fails where logrotate refuses them', async () => {
    expect(ending(await rotate({ keep: 7 }))).toMatch(/logrotate refuses the rules/)
  })
})

describe('the update of the dependencies (001-31)', () => {
  const state = (): string => join(place.folder, 'installed')
  /** Pip, whose packages are the lines of a file. */
  const pip = (): string => `#!/bin/bash
set -eu
installed='${state()}'
case "$*" in
  freeze*) cat "$installed" ;;
  check) ;;
  *--dry-run*) if cmp -s "$installed" requirements.txt; then echo '{"install": []}'; else echo '{"install": [{}]}'; fi ;;
  install*) cat "\${!#}" >"$installed" ;;
esac
`
  beforeEach(() => {
    mkdirSync(join(place.folder, 'bin'), { recursive: true })
    writeFileSync(join(place.folder, 'requirements.txt'), 'fastapi==2\n')
    writeFileSync(state(), 'fastapi==1\n')
    // Scanners that find nothing.
    place.install({ pip: pip(), bandit: doesNothing, safety: doesNothing, 'pip-audit': doesNothing })
  })
  const update = () => place.run('aegis/security-updates', { pip: join(place.bin, 'pip') })

  it('installs what is newer, and its undo what was there before', async () => {
    const run = await update()
    expect(ending(run)).toBe('completed-with-manual')
    expect(readFileSync(state(), 'utf8')).toBe('fastapi==2\n')
    expect(ending(await place.undo(run))).toBe('undone')
    expect(readFileSync(state(), 'utf8')).toBe('fastapi==1\n')
  })

  it('refuses a pip that says 0 and installs nothing', async () => {
    place.install({ pip: pip().replace('install*) cat', 'install*) true || cat') })
    expect(ending(await update())).toMatch(/the update did not happen/)
    expect(readFileSync(state(), 'utf8')).toBe('fastapi==1\n')
  })
})

describe('a breach of security (001-49, 001-50)', () => {
  it.each(['system', 'data'])(
    'has the log kept before anything else, and is confirmed by people: %s',
    async (breach) => {
      writeFileSync(join(place.folder, 'logs/app.log'), '{"level": "error"}\n')
      const run = await place.run('aegis/security-incident', { breach })
      expect(ending(run)).toBe('completed-with-manual')
      expect(readFileSync(join(place.folderOf(run), 'app.log'), 'utf8')).toBe('{"level": "error"}\n')
      expect(existsSync(join(place.folder, 'logs/app.log'))).toBe(true)
    },
  )
})
