import { fileURLToPath } from 'node:url'
import { Config, run } from '@oclif/core'
import { exitCodes } from '../kernel/exit-codes.js'
import { reportError } from './report-error.js'

/**
 * Runs the program: a bare `preflight` (or one that begins with a flag) is `preflight run`, every error becomes an exit
 * code of ours, and the process ends even where a probe left something open.
 *
 * @param from URL of the starting script
 * @param overrides oclif settings, for running from the sources
 */
export async function start(from: string, overrides: { commands?: string } = {}): Promise<void> {
  process.exitCode = exitCodes.go
  // A closed pipe shows as an error of the write that met it; without a listener Node would crash with exit code 1.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  try {
    const options = { root: fileURLToPath(new URL('..', from)), ...(overrides.commands === undefined ? {} : { pjson: await developmentPackage(from, overrides.commands) }) }
    await run(withDefaultCommand(process.argv.slice(2)), await Config.load(options))
  } catch (error) {
    process.exitCode = reportError(error)
  }
  await new Promise((resolve) => process.stderr.write('', resolve))
  process.exit()
}

const topLevelFlags = new Set(['--help', '-h', '--version', '-v'])

/** `preflight` and `preflight --profile staging` mean `preflight run`. */
export function withDefaultCommand(argv: readonly string[]): string[] {
  const [first] = argv
  if (first === undefined) return ['run']
  return first.startsWith('-') && !topLevelFlags.has(first) ? ['run', ...argv] : [...argv]
}

async function developmentPackage(from: string, commands: string) {
  const { default: pjson } = await import(new URL('../package.json', from).href, { with: { type: 'json' } })
  return { ...pjson, oclif: { ...pjson.oclif, commands } }
}
