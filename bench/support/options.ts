import type { PrepareOptions } from '../../src/checks/prepare.js'

/** Everything in a folder of packs, with no other packs and no deployment file. */
export function optionsOf(packs: string, environmentFiles: readonly string[]): PrepareOptions {
  return {
    checks: [packs],
    noBuiltin: true,
    config: undefined,
    environment: { files: environmentFiles, pid: undefined, inherit: false },
    inputs: [],
    selection: {
      selectors: ['bench'],
      profile: undefined,
      stages: [],
      skip: [],
      beforeStart: false,
      afterStart: false,
    },
  }
}
