/** Where the migration is in the repository. */
export const projectorMigrationPath = 'scripts/migrations/20260220_continuum_projector_postgres.sql'

/**
 * The projector's tables and indexes as the contract names them: three tables, three indexes, running it twice changes
 * nothing.
 */
export const projectorMigration = `-- Continuum projector: current projection, the events behind it, and what could not be projected.

CREATE TABLE IF NOT EXISTS public.arqonbus_continuum_projection (
  tenant_id     text NOT NULL,
  agent_id      text NOT NULL,
  episode_id    text NOT NULL,
  content_ref   text NOT NULL,
  last_event_id text NOT NULL,
  last_event_ts timestamptz NOT NULL,
  metadata      jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, agent_id, episode_id)
);

CREATE TABLE IF NOT EXISTS public.arqonbus_continuum_projection_events (
  tenant_id    text NOT NULL,
  agent_id     text NOT NULL,
  event_id     text NOT NULL,
  episode_id   text NOT NULL,
  source_ts    timestamptz NOT NULL,
  event        jsonb NOT NULL,
  projected_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, agent_id, event_id)
);

CREATE TABLE IF NOT EXISTS public.arqonbus_continuum_projection_dlq (
  dlq_id    text PRIMARY KEY,
  reason    text NOT NULL,
  event     jsonb NOT NULL,
  queued_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_arqonbus_cont_proj_events_source_ts
  ON public.arqonbus_continuum_projection_events (source_ts DESC);
CREATE INDEX IF NOT EXISTS idx_arqonbus_cont_proj_events_episode
  ON public.arqonbus_continuum_projection_events (tenant_id, agent_id, episode_id, source_ts DESC);
CREATE INDEX IF NOT EXISTS idx_arqonbus_cont_proj_dlq_queued_at
  ON public.arqonbus_continuum_projection_dlq (queued_at DESC);
`
