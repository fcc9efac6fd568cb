import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { captureIncident, isIncident } from '../../../src/incidents/capture-incident.js'
import { readIncident } from '../../../src/incidents/read-incident.js'
import { verifyIncident, type BundleVerdict } from '../../../src/incidents/verify-incident.js'
import type { RunEnd } from '../../../src/checks/run-options.js'
import { randomKey } from '../../../src/incidents/snapshot/snapshot-key.js'
import type { Incident } from '../../../src/incidents/incident.js'

/** An incident as it is read from the archive, and the verdict of verifying it. */
export interface CapturedBundle {
  readonly incident: Incident
  readonly verdict: BundleVerdict
  /** All files of the bundle. */
  readonly text: string
}

/** Milliseconds: a paused server is waited for no longer. */
const budget = 2500

/**
 * Captures an incident of a run while what is broken is still broken, and reads it back; nothing when all was green.
 */
export async function capturedIncident(
  { prepared, document }: RunEnd,
  environment: Readonly<Record<string, string>>,
): Promise<CapturedBundle | undefined> {
  if (!isIncident(document)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'preflight-incident-'))
  try {
    const signal = new AbortController().signal
    const { archive } = await captureIncident({
      state: undefined,
      ground: prepared,
      document,
      source: 'run',
      lastGood: undefined,
      parent: folder,
      budget,
      key: randomKey(),
      options: [],
      signal,
      onProgress: () => undefined,
    })
    const environmentFile = join(folder, 'production.env')
    writeEnvironmentFile(environmentFile, environment)
    const verdict = await verifyIncident(archive, {
      checks: [],
      noBuiltin: false,
      config: undefined,
      environment: { files: [environmentFile], pid: undefined, inherit: false },
      inputs: [],
    })
    const { incident, bundle } = await readIncident(archive)
    return { incident, verdict, text: [...bundle.files.values()].map((content) => content.toString('utf8')).join('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
