import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import type { Person } from '../../../src/engine/person.js'
import type { RunRecord } from '../../../src/runbooks/record/run-record.js'
import { resumeRun, undoRun } from '../../../src/runbooks/resume-run.js'
import { startRun } from '../../../src/runbooks/start-run.js'
import { program } from '../program.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { booksOf, quietly } from './quiet.js'
import { agreeable } from './real.js'

type Values = Readonly<Record<string, string | number | boolean>>

/** Programs by their name, as scripts. */
type Programs = Readonly<Record<string, string>>

/** A checkout of Aegis as far as its runbooks see it, a private PATH, and a state folder. */
export class AegisPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'preflight-aegis-'))
  readonly bin = join(this.folder, 'bin')
  readonly state = mkdtempSync(join(tmpdir(), 'preflight-state-'))
  readonly #path = process.env['PATH'] ?? ''
  readonly #environment: string

  /** @param inputs of the checks, each NAME=VALUE */
  constructor(
    variables: Readonly<Record<string, string>> = {},
    readonly inputs: readonly string[] = [],
  ) {
    for (const name of ['bin', 'logs', 'backups']) mkdirSync(join(this.folder, name))
    writeFileSync(join(this.folder, 'alembic.ini'), '[alembic]\n')
    this.#environment = join(this.folder, '.env')
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(this.#environment, lines.join(''), { mode: 0o600 })
    process.env['PATH'] = `${this.bin}:${this.#path}`
  }

  /** Puts programs on the private PATH, in place of those of the same name. */
  install(programs: Programs): void {
    for (const [name, script] of Object.entries(programs)) {
      const file = join(this.bin, name)
      writeFileSync(file, script)
      chmodSync(file, 0o755)
    }
  }

  uninstall(name: string): void {
    rmSync(join(this.bin, name))
  }

  /** Leaves only these programs of the machine on the PATH, besides the private ones. */
  useOnly(names: readonly string[]): void {
    const found = names.map((name) => {
      const folder = this.#path.split(':').find((each) => existsSync(join(each, name)))
      return [name, `#!/bin/sh\nexec ${join(folder!, name)} "$@"\n`] as const
    })
    this.install(Object.fromEntries(found))
    process.env['PATH'] = this.bin
  }

  #book(parameters: Values, person: Person) {
    return {
      ...booksOf(''),
      definitions: { checks: [], noBuiltin: false, config: undefined },
      runbooks: [],
      inputs: this.inputs,
      parameters: Object.entries({ repository: this.folder, ...parameters }).map(([name, value]) => `${name}=${value}`),
      environment: { files: [this.#environment], pid: undefined, inherit: false },
      ...quietly(this.state, { conductor: person }),
    }
  }

  run(id: string, parameters: Values = {}, person = agreeable): Promise<RunRecord> {
    // The stand-in's limit is over by now; that of a real Aegis would be waited for.
    rmSync(join(this.state, 'peers'), { recursive: true, force: true })
    return startRun({ ...this.#book(parameters, person), id })
  }

  undo(record: RunRecord, person = agreeable): Promise<RunRecord> {
    return undoRun({ ...this.#book({}, person), parameters: [], run: record.started.run, reason: 'a test' })
  }

  /** Goes on with the run that a killed process left. */
  resumeLast(person = agreeable): Promise<RunRecord> {
    const [run] = readdirSync(join(this.state, 'runs')).toSorted().slice(-1)
    return resumeRun({ ...this.#book({}, person), parameters: [], run: run! })
  }

  /** Carries it out in a process of its own, which something kills. @returns the signal it ended by, or its output */
  async runKilled(id: string, parameters: Values, approved: readonly string[]): Promise<string> {
    const given = Object.entries({ repository: this.folder, ...parameters }).flatMap(([name, value]) => [
      '--param',
      `${name}=${value}`,
    ])
    const approvals = approved.flatMap((path) => ['--approve', path])
    const child = spawn(
      execPath,
      [program, 'runbook', 'run', id, '--env-file', this.#environment, '--state', this.state, ...given, ...approvals],
      { cwd: this.folder, env: { PATH: process.env['PATH'], HOME: this.folder }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    const [out, err, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return signal ?? out + err
  }

  folderOf(record: RunRecord): string {
    return join(this.state, 'runs', record.started.run)
  }

  /** Everything that the runs wrote down. */
  written(): string {
    const files = readdirSync(this.state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
  }

  remove(): void {
    process.env['PATH'] = this.#path
    rmSync(this.folder, { recursive: true, force: true })
    rmSync(this.state, { recursive: true, force: true })
  }
}

export interface AegisDatabase extends PostgresServer {
  /** As the settings of Aegis write it. */
  readonly serviceUrl: string
  remove(): Promise<void>
}

/** The folder is open to PostgreSQL, which runs under another account than root. */
export async function startAegisDatabase(): Promise<AegisDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-aegis-db-'))
  chmodSync(folder, 0o711)
  const server = await startPostgres(join(folder, 'postgres'), await clusterTemplate(), 'aegis')
  return {
    ...server,
    serviceUrl: server.url.replace('postgresql:', 'postgresql+psycopg2:'),
    async remove() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** What `00-init.sh` of Aegis does as the superuser, and what only its owner may change. */
export const initialise = `
  CREATE EXTENSION IF NOT EXISTS pgcrypto;
  ALTER SCHEMA public OWNER TO aegis;
  DO ${quoted(`BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'a0_ro_user') THEN CREATE ROLE a0_ro_user; END IF; END`)};
  GRANT USAGE ON SCHEMA public TO a0_ro_user;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO a0_ro_user`

/** The schema of each revision, as far as its tables and their names go. */
export const schemaBefore = `
  CREATE TABLE audit_log (id serial PRIMARY KEY, action text, ts timestamptz DEFAULT now());
  CREATE TABLE agents (agent_id varchar PRIMARY KEY, status varchar, last_heartbeat timestamptz);
  CREATE TABLE tasks (task_id varchar PRIMARY KEY, agent_id varchar REFERENCES agents, job_id varchar, status varchar);
  CREATE INDEX ix_tasks_job_id ON tasks (job_id)`
export const toHead = `
  ALTER TABLE agents ADD role varchar;
  ALTER TABLE agents RENAME last_heartbeat TO last_seen;
  ALTER TABLE agents RENAME TO agent_registry`
const fromHead = `
  ALTER TABLE agent_registry RENAME TO agents;
  ALTER TABLE agents RENAME last_seen TO last_heartbeat;
  ALTER TABLE agents DROP role`

export const head = 'cb6f8b7a3720'
export const previous = '7c165f5e0b93'

/** Creates or replaces the table by which Alembic knows the revision. */
export const stamp = (revision: string): string =>
  `CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) PRIMARY KEY);
   DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('${revision}')`

/**
 * Alembic with the migrations of Aegis, as far as the contract says: a percent sign in the URL crashes it, `current` of
 * a database without a revision prints nothing and ends with 0, and the downgrade of the first revisions fails.
 */
export function alembicProgram(): string {
  const sql = (text: string): string => `psql --no-psqlrc -q -1 -v ON_ERROR_STOP=1 -c "${text}"`
  return `#!/bin/bash
set -euo pipefail
case \${DATABASE_URL:?DATABASE_URL not set} in *%*) echo "ValueError: invalid interpolation syntax in '$DATABASE_URL'" >&2; exit 1 ;; esac
url=\${DATABASE_URL#*://}
export PGUSER=\${url%%:*}; url=\${url#*:}
export PGPASSWORD=\${url%%@*}; url=\${url#*@}
export PGHOST=\${url%%:*}; url=\${url#*:}
export PGPORT=\${url%%/*} PGDATABASE=\${url#*/}
there=$(psql -XAtq -c "SELECT to_regclass('alembic_version') IS NOT NULL")
at=; [ "$there" = f ] || at=$(psql -XAtq -c 'SELECT version_num FROM alembic_version')
case "$1 \${2:-}" in
  'current ') [ -z "$at" ] || echo "$at$([ "$at" != ${head} ] || echo ' (head)')" ;;
  'upgrade head')
    case $at in
      '') ${sql(`${schemaBefore}; ${toHead}; ${stamp(head)}`)} ;;
      ${previous}) ${sql(`${toHead}; ${stamp(head)}`)} ;;
      ${head}) ;;
      *) echo "Can't locate revision identified by '$at'" >&2; exit 255 ;;
    esac ;;
  'downgrade ${previous}') ${sql(`${fromHead}; ${stamp(previous)}`)} ;;
  *) echo "Can't emit DROP CONSTRAINT for constraint ForeignKeyConstraint(): it has no name" >&2; exit 1 ;;
esac
`
}

/** A program that kills preflight once: before or after it does what it is for. */
export function killing(script: string, moment: 'before' | 'after', marker: string): string {
  const kill = `if [ -e '${marker}' ]; then rm '${marker}'; kill -9 "$PPID"; exit 1; fi`
  const [first, ...rest] = script.split('\n')
  return moment === 'before'
    ? [first, kill, ...rest].join('\n')
    : `#!/bin/bash\nbash -c ${quoted(script).replaceAll("''", "'\\''")} "$0" "$@" || exit\n${kill}\n`
}

/** Shows that no process of the machine had a text on its command line while something ran. */
export async function unseen<Result>(text: string, run: () => Promise<Result>): Promise<Result> {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      } catch {
        // It has ended.
      }
    }
  }, 5)
  try {
    return await run()
  } finally {
    clearInterval(timer)
    expect([...seen].some((line) => line.includes('--no-psqlrc'))).toBe(true)
    expect([...seen].filter((line) => line.includes(text))).toEqual([])
  }
}

/** Says 0 and does nothing. */
export const doesNothing = '#!/bin/sh\nexit 0\n'
