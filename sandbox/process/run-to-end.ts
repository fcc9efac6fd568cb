import { spawn } from 'node:child_process'
import type { Account } from './account.js'

/**
 * Runs a short-lived program of the sandbox's own set-up and gives its output.
 * @throws Error with the program's output when it exits with another code than 0
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly folder: string; readonly account?: Account | undefined },
): Promise<string> {
  const child = spawn(command, [...args], {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    ...options.account,
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const output = Buffer.concat(chunks).toString('utf8')
  if (code !== 0) throw new Error(`${command} exited with ${String(code)}: ${output.trim().slice(-2000)}`)
  return output
}
