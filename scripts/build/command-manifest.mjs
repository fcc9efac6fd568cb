import { writeFileSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Plugin } from '@oclif/core'

/** Lists the commands of the bundle, so that a start need not load them all to learn which there are. */
export async function writeCommandManifest() {
  const { loadProgram } = createRequire(import.meta.url)(resolve('dist/launch.cjs'))
  const plugin = new BuiltPlugin((await loadProgram(resolve('dist'))).builtCommands)
  await plugin.load()
  writeFileSync('dist/oclif.manifest.json', JSON.stringify(plugin.manifest))
}

class BuiltPlugin extends Plugin {
  #commands

  constructor(commands) {
    super({
      root: process.cwd(),
      pjson: JSON.parse(readFileSync('package.json', 'utf8')),
      isRoot: true,
      ignoreManifest: true,
      errorOnManifestCreate: true,
    })
    this.#commands = commands
  }

  async getCommandIDs() {
    return Object.keys(this.#commands)
  }

  async findCommand(id) {
    const command = (await this.#commands[id]()).default
    return Object.assign(command, { id, plugin: this })
  }
}
