// First, before any library is loaded.
import '../base/own-environment.js'
import { run, Config, type Command, type Interfaces } from '@oclif/core'
import { exitCodes, type ExitCode } from '../base/errors.js'
import { handOverStray } from '../base/stray-errors.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../base/package.js'
import { builtCommands } from './built-commands.js'

/**
 * Runs the program: a bare `preflight` (or one that begins with a flag) is `preflight run`, every error becomes an exit
 * code of ours, and the process ends even where a probe left something open.
 */
export async function start(): Promise<void> {
  process.exitCode = exitCodes.go
  // A closed pipe or a full disk shows as an error of the write that found it. oclif's own listener throws it once
  // more, past every handler, and without any Node would crash: both end with exit code 1.
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  // Its default is to kill: with a listener, a write beyond the file size limit fails with EFBIG and is reported like a
  // full disk.
  process.on('SIGXFSZ', () => undefined)
  // An error that no handler of a probe catches ends that check. One that belongs to no check must not look like a
  // failed check (Node's own exit code is 1), and the command must not end as if nothing had happened while that error
  // is being reported.
  let hasStrayed = false as boolean
  const onStray = (error: unknown): void => {
    if (hasStrayed || handOverStray(error)) return
    hasStrayed = true
    void report(error, [])
      .catch(() => exitCodes.internal)
      .then((code) => process.exit(code))
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    // Those of the starting script, for failures while modules were loaded.
    process.removeAllListeners(event)
    process.on(event, onStray)
  }
  await runCommandLine(process.argv.slice(2))
  if (!hasStrayed) process.exit()
}

/**
 * Carries out one command line in this process, and leaves its exit code in `process.exitCode`. Writes to the standard
 * streams; signals are listened to from then on. Never throws.
 *
 * @param argv the arguments of the program
 */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  let commands: readonly string[] = []
  try {
    const config = await loadConfig()
    commands = config.commandIDs.map((id) => id.replaceAll(':', ' '))
    await run(withDefaultCommand(argv), config)
  } catch (error) {
    process.exitCode = await report(error, commands)
  }
}

/** What says what went wrong is loaded when something did. */
async function report(error: unknown, commands: readonly string[]): Promise<ExitCode> {
  const { reportError } = await import('./report-error.js')
  return reportError(error, commands)
}

const topLevelFlags = new Set(['--help', '-h', '--version', '-v'])

/** `preflight` and `preflight --profile staging` mean `preflight run`; `preflight help run` means `run --help`. */
function withDefaultCommand(argv: readonly string[]): string[] {
  const [first] = argv
  if (first === undefined) return ['run']
  if (first === 'help') return [...argv.slice(1).filter((word) => !word.startsWith('-')), '--help']
  return first.startsWith('-') && !topLevelFlags.has(first) ? ['run', ...argv] : [...argv]
}

/** The build's list of commands, with what oclif would load every one of them to learn. */
const manifestFile = 'dist/oclif.manifest.json'

/**
 * What oclif knows of this program. Commands come from this package alone: oclif would look for more in the user's
 * folders, and warn where it cannot.
 */
async function loadConfig(): Promise<Config> {
  const root = fileURLToPath(packageRoot)
  // oclif's texts name the program after its package, which has a scope.
  const pjson = { ...(readJson(join(root, 'package.json')) as Interfaces.PJSON), name: 'preflight' }
  const plugins = builtCommands === undefined ? {} : { plugins: new Map([[pjson.name, builtPlugin(root, pjson)]]) }
  return Config.load({ root, pjson, ...plugins, userPlugins: false, devPlugins: false })
}

/** The program as oclif sees it, with every command loaded only when it is carried out. */
function builtPlugin(root: string, pjson: Interfaces.PJSON): Interfaces.Plugin {
  const { commands } = readJson(join(root, manifestFile)) as { readonly commands: Record<string, Command.Cached> }
  const findCommand = async (id: string): Promise<Command.Class> => {
    const command = (await builtCommands![id]!()).default
    command.id = id
    command.plugin = plugin
    return command
  }
  const plugin: Interfaces.Plugin = {
    _base: '',
    alias: pjson.name,
    commandIDs: Object.keys(commands),
    commands: Object.values(commands).map((command) => ({ ...command, load: () => findCommand(command.id) })),
    commandsDir: undefined,
    findCommand: findCommand,
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: () => Promise.resolve(),
    moduleType: 'module',
    name: pjson.name,
    options: { root },
    pjson,
    root,
    topics: Object.entries(pjson.oclif.topics ?? {}).map(([name, topic]) => ({ ...topic, name })),
    type: 'core',
    valid: true,
    version: pjson.version,
  }
  return plugin
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
