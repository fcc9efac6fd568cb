import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The most memory that a process of Node had at a time, in kilobytes, as the system counted it. It says so itself when
 * it ends.
 *
 * @param folder in which it runs, and which is its home
 */
export function peakOf(words: readonly string[], folder: string): number {
  const noting = join(folder, 'note-peak.cjs')
  const noted = join(folder, 'peak.txt')
  writeFileSync(
    noting,
    // Not `maxRSS`: that of a child begins with what its parent had.
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(noted)}, /VmHWM:\\s+(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]))`,
  )
  const env = { PATH: process.env['PATH'], HOME: folder }
  const { error } = spawnSync(process.execPath, ['--require', noting, ...words], { cwd: folder, env, stdio: 'ignore' })
  if (error !== undefined) throw error
  return Number(readFileSync(noted, 'utf8'))
}
