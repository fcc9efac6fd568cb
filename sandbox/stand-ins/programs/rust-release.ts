import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const releases: Readonly<Record<string, string>> = {
  '1.82': '1.82.0 (f6e511eec 2024-10-15)',
  '1.83': '1.83.0 (90b35a623 2024-11-26)',
  '1.81': '1.81.0 (eeb90cda1 2024-09-04)',
}
const stable = '1.83'

/**
 * The channel of the nearest `rust-toolchain.toml` at or above the folder, as rustup resolves it; undefined without
 * one.
 */
function pinnedChannel(folder: string): string | undefined {
  const file = join(folder, 'rust-toolchain.toml')
  if (existsSync(file)) return /^\s*channel\s*=\s*"([^"]+)"/m.exec(readFileSync(file, 'utf8'))?.[1]
  return dirname(folder) === folder ? undefined : pinnedChannel(dirname(folder))
}

/** What follows the tool's name in its `--version`. */
export function releaseIn(folder: string, forced: string): string {
  const channel = forced || (pinnedChannel(folder) ?? stable)
  return releases[channel.replace(/^(\d+\.\d+)\..*$/, '$1')] ?? `${channel} (unknown)`
}
