import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { program } from '../program.js'
import { blocksOf, isShown } from './console-blocks.js'

const page = readFileSync(join(import.meta.dirname, '../../../docs/tutorial.md'), 'utf8')

describe('the tutorial', () => {
  it('shows what its commands print, from the first to the last', async () => {
    const { folder, run } = reader()
    let exitCode = 0
    for (const block of blocksOf(page)) {
      if (block.kind === 'file') {
        mkdirSync(dirname(join(folder, block.path)), { recursive: true })
        writeFileSync(join(folder, block.path), block.content)
        continue
      }
      for (const { command, output } of block.commands) {
        const ended = await run(command, exitCode)
        exitCode = ended.exitCode
        const printed = ended.stdout === '' ? ended.stderr : ended.stdout
        if (!isShown(printed, output)) expect(`$ ${command}\n${printed}`).toBe(`$ ${command}\n${output.join('\n')}`)
      }
    }
  }, 180_000)

  it('has YAML in its YAML blocks', () => {
    const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)]
    expect(blocks.length).toBeGreaterThan(3)
    for (const [, text = ''] of blocks) expect(parse(text)).toBeTypeOf('object')
  })
})

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** An empty folder, and a shell in it in which `preflight` is the built program. */
function reader(): { folder: string; run: (command: string, lastExitCode: number) => Promise<Ended> } {
  const home = mkdtempSync(join(tmpdir(), 'preflight-tutorial-'))
  const [folder, bin] = [join(home, 'work'), join(home, 'bin')]
  mkdirSync(folder)
  mkdirSync(bin)
  writeFileSync(join(bin, 'preflight'), `#!/bin/sh\nexec '${process.execPath}' -- '${program}' "$@"\n`)
  chmodSync(join(bin, 'preflight'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: home, CI: 'true' }
  const run = (command: string, lastExitCode: number): Promise<Ended> =>
    new Promise((resolve) => {
      // `$?` of a command is how the one before it ended.
      const script = `(exit ${lastExitCode})\n${command}`
      const child = execFile('/bin/sh', ['-c', script], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : (child.exitCode ?? 1), stdout, stderr }),
      )
      child.stdin?.end()
    })
  return { folder, run }
}
