import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How one of the runbook's commands behaves. `runs-none` finds no tests, `skips` skips all of them, `skips-some` one,
 * `skips-too-many` three; the script and build gates know only passing, failing and hanging.
 */
export type GateBehaviour = 'contract' | 'fails' | 'hangs' | 'skips' | 'skips-some' | 'skips-too-many' | 'runs-none'

export const gateNames = [
  'install',
  'redis-script',
  'postgres-script',
  'unit-integration',
  'projector',
  'shield-check',
  'shield-test',
] as const
export type GateName = (typeof gateNames)[number]

/** What the stand-in tools read anew at each start, from `behaviour.json` beside them. */
export interface ToolBehaviour {
  readonly condaEnvironments: readonly string[]
  /** Modules whose import fails in every environment. */
  readonly failingImports: readonly string[]
  /** conda itself never ends. */
  readonly condaHangs: boolean
  /** The release rustc reports whatever the folder's toolchain file says; empty for the one it names. */
  readonly rustRelease: string
  readonly gates: Readonly<Record<GateName, GateBehaviour>>
  /** The file of the database driver. */
  readonly postgresDriver: string
}

/** One start of a tool, as recorded: with the names of its environment's variables, never the values. */
export interface ToolRun {
  readonly tool: string
  readonly arguments: readonly string[]
  readonly folder: string
  readonly variables: readonly string[]
}

const home = join(import.meta.dirname, '..')

export function readBehaviour(): ToolBehaviour {
  return JSON.parse(readFileSync(join(home, 'behaviour.json'), 'utf8')) as ToolBehaviour
}

export function recordRun(tool: string): void {
  const run: ToolRun = {
    tool,
    arguments: process.argv.slice(2),
    folder: process.cwd(),
    variables: Object.keys(process.env).sort(),
  }
  appendFileSync(join(home, 'runs.jsonl'), `${JSON.stringify(run)}\n`)
}

/** Never ends by itself, and holds no processor. */
export async function hang(): Promise<never> {
  process.stdout.write('collecting ...\n')
  return new Promise<never>(() => setInterval(() => undefined, 60_000))
}
