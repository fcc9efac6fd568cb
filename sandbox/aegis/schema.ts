/** The newest migration of Aegis; its chain has no other head. */
export const headRevision = 'cb6f8b7a3720'

/** What `alembic upgrade head` leaves in an empty database, as far as anything here reads it. */
export const migratedSchema = `
CREATE TABLE audit_log (
  id serial PRIMARY KEY, job_id varchar, action varchar NOT NULL, "timestamp" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE agent_registry (
  id serial PRIMARY KEY, agent_id varchar UNIQUE NOT NULL, status varchar NOT NULL DEFAULT 'inactive',
  last_heartbeat timestamptz
);
CREATE TABLE tasks (
  id serial PRIMARY KEY, task_id varchar UNIQUE NOT NULL, job_id varchar, status varchar NOT NULL DEFAULT 'pending',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_tasks_job_id ON tasks (job_id);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('${headRevision}');
`

/** The role that only reads, as the script of the compose file makes it. */
export function readingRole(name: string, password: string, owner: string): string {
  return [
    `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
    `GRANT CONNECT ON DATABASE ${owner} TO ${name}`,
    `GRANT USAGE ON SCHEMA public TO ${name}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${name}`,
  ].join('; ')
}
