import type { Command } from '@oclif/core'

/**
 * The commands of the bundle, by id, and how each is loaded. The build puts a list in this module's place; without a
 * build there is none, and oclif looks into the folder.
 */
export const builtCommands = undefined as
  Readonly<Record<string, () => Promise<{ readonly default: Command.Class }>>> | undefined
