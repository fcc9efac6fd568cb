import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as Launch from '../../src/cli/launch.js'

/** The folder of the build. */
export const build = join(import.meta.dirname, '../../dist')

/** What bin/run.js loads. */
export const launcher = createRequire(import.meta.url)(join(build, 'launch.cjs')) as typeof Launch

/** The built program, of the one instance that all test files of a process share. */
export const builtProgram = await launcher.loadProgram(build)

/**
 * The beginning of a program that is given to Node as a module, with some of the built program's parts in variables.
 *
 * @param parts by the variable's name, such as `watchdog`
 */
export function withParts(parts: readonly (keyof typeof builtProgram.parts)[]): string {
  const file = JSON.stringify(join(build, 'launch.cjs'))
  return `
    const { parts } = await (await import(${file})).default.loadProgram(${JSON.stringify(build)})
    ${parts.map((part) => `const ${part} = await parts.${part}()`).join('\n')}`
}
