import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Bundle, BundleOrigin } from '../../../src/incidents/bundle/manifest.js'
import { BundleError } from '../../../src/incidents/bundle/entries.js'
import { readBundle, type ReadOptions } from '../../../src/incidents/bundle/read-bundle.js'
import type { BundleContent } from '../../../src/incidents/bundle/write-bundle.js'

export const origin: BundleOrigin = {
  tool: { name: 'preflight', version: '0.1.0' },
  incident: '20261121T042400Z-3f9a1c',
  createdAt: '2026-11-21T04:24:00.000Z',
}

export const contents: readonly BundleContent[] = [
  { path: 'incident.json', content: '{}\n' },
  { path: 'summary.md', content: '# the bus refuses to start\n' },
  { path: 'result.json', content: '{"schemaVersion":1}\n' },
  { path: 'report.html', content: '<!doctype html>' },
  { path: 'snapshot.json', content: '{}' },
  { path: 'evidence/bus-status.json', content: '{"status":"up"}' },
  { path: 'evidence/redis-info', content: Buffer.from('role:master\r\n') },
]

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-bundle-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Reads these bytes as an archive. */
export async function readBytes(bytes: Buffer, options?: ReadOptions): Promise<Bundle> {
  const path = join(await temporaryFolder(), 'bundle.tar.gz')
  await writeFile(path, bytes)
  return readBundle(path, options)
}

/** The refusal that reading ends in. Anything else it ends in is thrown. */
export async function refusalOf(reading: Promise<Bundle>): Promise<BundleError> {
  const thrown: unknown = await reading.then(
    () => new Error('it was read'),
    (error: unknown) => error,
  )
  if (thrown instanceof BundleError) return thrown
  throw thrown
}
