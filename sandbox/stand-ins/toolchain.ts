import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { materialisePrograms } from './materialise.js'
import { postgresDriver } from './postgres-driver.js'
import { type GateName, gateNames, type ToolBehaviour, type ToolRun } from './programs/behaviour.js'

export type ToolName = 'conda' | 'rustc' | 'cargo'
const toolNames: readonly ToolName[] = ['conda', 'rustc', 'cargo']

/** Stand-ins for conda, rustc and cargo in a folder that goes first on PATH. */
export interface Toolchain {
  readonly bin: string
  readonly tools: Readonly<Record<ToolName, string>>
  /** Changes how the tools behave from their next start on. */
  behave(
    change: Partial<Omit<ToolBehaviour, 'gates' | 'postgresDriver'>> & {
      readonly gates?: Partial<ToolBehaviour['gates']>
    },
  ): void
  /** Back to the contract, with every tool in its place. */
  reset(): void
  remove(tool: ToolName): void
  /** Every start of a tool so far, in order. */
  runs(): readonly ToolRun[]
}

export const condaEnvironment = 'helios-gpu-118'

function contractual(): ToolBehaviour {
  const gates = Object.fromEntries(gateNames.map((name) => [name, 'contract'])) as Record<GateName, 'contract'>
  return {
    condaEnvironments: [condaEnvironment],
    failingImports: [],
    condaHangs: false,
    rustRelease: '',
    gates,
    postgresDriver,
  }
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`

function install(tool: ToolName, bin: string, programs: string): void {
  const path = join(bin, tool)
  writeFileSync(path, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(join(programs, `${tool}.js`))} "$@"\n`)
  chmodSync(path, 0o755)
}

/** Makes the tools in this folder: `bin/`, `programs/`, `behaviour.json` and, once one has run, `runs.jsonl`. */
export async function createToolchain(folder: string): Promise<Toolchain> {
  const bin = join(folder, 'bin')
  const programs = join(folder, 'programs')
  const behaviourFile = join(folder, 'behaviour.json')
  const runsFile = join(folder, 'runs.jsonl')
  mkdirSync(bin, { recursive: true })
  await materialisePrograms(programs)
  let behaviour = contractual()
  const write = (): void => writeFileSync(behaviourFile, `${JSON.stringify(behaviour, undefined, 2)}\n`)
  const reset = (): void => {
    behaviour = contractual()
    write()
    for (const tool of toolNames) install(tool, bin, programs)
  }
  reset()
  return {
    bin,
    tools: { conda: join(bin, 'conda'), rustc: join(bin, 'rustc'), cargo: join(bin, 'cargo') },
    behave(change) {
      behaviour = { ...behaviour, ...change, gates: { ...behaviour.gates, ...change.gates } }
      write()
    },
    reset,
    remove: (tool) => rmSync(join(bin, tool), { force: true }),
    runs() {
      if (!existsSync(runsFile)) return []
      return readFileSync(runsFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ToolRun)
    },
  }
}
