import { casilFigures, casilFiguresFile } from './casil-figures.js'
import { projectorMigration, projectorMigrationPath } from './projector-migration.js'

const script = (name: string): string =>
  `"""Placeholder for ${name}; the sandbox's python runs its own form of it."""\n`
const test = (name: string): string => `def test_${name}():\n    assert True\n`

/** The text files of the stand-in repository, by path: what the runbook's commands look for. */
export const checkoutFiles: Readonly<Record<string, string>> = {
  'README.md': '# ArqonBus\n\nA stand-in for the ArqonBus repository, made by the preflight sandbox.\n',
  '.gitignore': '*.egg-info/\ntarget/\n',
  'pyproject.toml': '[project]\nname = "arqonbus"\nversion = "1.0.0"\ndependencies = ["protobuf==4.25.8"]\n',
  'rust-toolchain.toml': '[toolchain]\nchannel = "1.82"\n',
  'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["crates/shield"]\n',
  'crates/shield/Cargo.toml': '[package]\nname = "shield"\nversion = "0.1.0"\nedition = "2021"\n',
  'crates/shield/src/lib.rs': '//! Placeholder for the Shield crate.\n',
  'crates/shield/tests/relay.rs': '//! Placeholder for the relay tests.\n',
  'scripts/manual_checks/redis_connection_check.py': script('the Redis connection check'),
  'scripts/manual_checks/postgres_connection_check.py': script('the Postgres connection check'),
  [projectorMigrationPath]: projectorMigration,
  [casilFiguresFile]: casilFigures(),
  'src/arqonbus/__init__.py': '__version__ = "1.0.0"\n',
  'tests/unit/test_envelope.py': test('roundtrip'),
  'tests/integration/test_storage.py': test('history'),
  'tests/integration/test_continuum_projector_postgres.py': test('projects'),
  'tests/integration/test_continuum_projector_postgres_e2e.py': test('replays'),
  'docs/ArqonBus/runbooks/production_preflight_runbook.md':
    '# Production preflight\n\nPlaceholder for the runbook of the repository.\n',
}
