import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, startDeployment } from '../../sandbox/deployment.js'
import type { DeploymentOptions } from '../../sandbox/deployment-options.js'
import { type ClusterTemplate, createClusterTemplate } from '../../sandbox/servers/postgres.js'

let made: Promise<ClusterTemplate> | undefined

/** A PostgreSQL cluster to be copied, made once for all tests of a process. */
export function clusterTemplate(): Promise<ClusterTemplate> {
  return (made ??= make())
}

function make(): Promise<ClusterTemplate> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-cluster-'))
  // PostgreSQL runs under another account than root.
  chmodSync(folder, 0o711)
  return createClusterTemplate(join(folder, 'template'))
}

/** A deployment of the sandbox whose clusters are copies of it. */
export function startTestDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  return startDeployment({ ...options, clusterTemplate: clusterTemplate() })
}
