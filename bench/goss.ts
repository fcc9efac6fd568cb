import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, runAlone, type Benchmark } from './support/figure.js'

/** What goss takes for 40 static checks, against bare Node, where it is on the PATH: the small run of another tool. */
const rounds = 15

function timeOf(program: string, words: readonly string[], cwd: string): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

export const benchmark: Benchmark = () => {
  if (spawnSync('goss', ['--version']).error !== undefined) {
    console.log('goss is not on the PATH: not measured')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'))
  try {
    const files = Array.from({ length: 40 }, (_, index) => join(folder, `file-${index}`))
    for (const file of files) writeFileSync(file, '')
    writeFileSync(join(folder, 'goss.yaml'), `file:\n${files.map((file) => `  ${file}: { exists: true }\n`).join('')}`)
    const bare: number[] = []
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      bare.push(timeOf(process.execPath, ['-e', '0'], folder))
      times.push(timeOf('goss', ['validate'], folder))
    }
    return [{ figure: 'goss validate of 40 files', value: median(times) / median(bare), unit: '× node' }]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await runAlone(import.meta.url, benchmark)
