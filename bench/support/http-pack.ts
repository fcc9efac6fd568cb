import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PrepareOptions } from '../../src/checks/prepare.js'
import { optionsOf } from './options.js'

interface HttpPack {
  readonly options: PrepareOptions
  remove(): void
}

/** Writes a pack of so many checks of a page on a port of this machine. */
export function writeHttpPack(count: number, port: number): HttpPack {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'))
  mkdirSync(join(folder, 'packs/bench'), { recursive: true })
  const checks = Array.from(
    { length: count },
    (_, index) => `
  page-${index}:
    title: the page number ${index} answers
    severity: blocker
    class: dependency
    http: { url: "http://127.0.0.1:${port}/page/${index}" }
    timeout: 60s
    expect: [facts.status == 200]
    fix: start the server`,
  )
  writeFileSync(join(folder, 'packs/bench/pages.yaml'), `stage: runtime\nchecks:${checks.join('\n')}\n`)
  return {
    options: optionsOf(join(folder, 'packs'), []),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
