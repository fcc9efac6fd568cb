import { createHash } from 'node:crypto'
import type { PreflightRun, Statement } from './statement.js'

type Configuration = Statement['predicate']['configuration']

/** What the run was configured by, each with its digest, for readers who know in-toto and nothing of preflight. */
export function judgedConfiguration(
  definitions: string,
  { lock, context }: Pick<PreflightRun, 'lock' | 'context'>,
): Configuration {
  const entries: [string, string | null | undefined][] = [
    ['definitions', definitions],
    ['lock', lock?.digest],
  ]
  if (context !== undefined) {
    entries.push(
      ['preflight', context.tool],
      ['deployment-file', context.deploymentFile],
      ['waivers', context.waivers?.digest],
    )
    entries.push(['inputs', createHash('sha256').update(JSON.stringify(context.inputs)).digest('hex')])
    entries.push(...context.packs.map(({ system, digest }): [string, string] => [`pack/${system}`, digest]))
  }
  return entries.flatMap(([name, sha256]) => (typeof sha256 === 'string' ? [{ name, digest: { sha256 } }] : []))
}
