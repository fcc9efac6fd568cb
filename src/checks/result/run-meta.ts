import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { RunMeta } from './result.js'
import { gitState } from '../../processes/git.js'
import { toolVersion } from '../../base/package.js'

/** What a run is known by: fresh id, time, host, and the commit of the folder it was started in. */
export async function newRunMeta(deploymentFile: string): Promise<RunMeta> {
  return {
    toolVersion,
    runId: randomUUID(),
    startedAt: new Date().toISOString(),
    deployment: null,
    deploymentFile,
    host: hostname(),
    definitionsDigest: '',
    git: await gitState('.'),
  }
}
