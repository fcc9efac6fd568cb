import { writeSync } from 'node:fs'
import isWsl from 'is-wsl'
import { toolVersion } from '../base/package.js'

/** The answer to `--version`; the same as oclif's, for which the program would have to be loaded. */
export function versionLine(): string {
  const platform = isWsl ? 'wsl' : process.platform
  const arch = process.arch === 'ia32' ? 'x86' : process.arch
  return `preflight/${toolVersion} ${platform}-${arch} node-${process.version}\n`
}

/**
 * Answers `--version` when it is what a command line begins with. What cannot be written is lost silently, as
 * everywhere where no report is written.
 *
 * @param words the arguments of the program
 * @returns whether that was all there is to do
 */
export function writeVersion(words: readonly string[]): boolean {
  if (words[0] !== '--version' && words[0] !== '-v') return false
  try {
    writeSync(1, versionLine())
  } catch {
    // A closed pipe or a full disk.
  }
  return true
}
