import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Config, type Command, type Interfaces } from '@oclif/core'
import { packageRoot } from '../base/package.js'
import { builtCommands } from './built-commands.js'

/** The build's list of commands, with what oclif would load every one of them to learn. */
const manifestFile = 'dist/oclif.manifest.json'

/**
 * What oclif knows of this program. Commands come from this package alone: oclif would look for more in the user's
 * folders, and warn where it cannot.
 */
export async function loadConfig(): Promise<Config> {
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
