import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Checks in one file: the most that fit under every limit that a file had. */
const checksPerFile = 500

/** A check of one variable, in the size of a real one. */
function checkText(index: number): string {
  return `
  check-${index}:
    title: the setting number ${index} of the service is set and accepted
    why: without it the service number ${index} starts with a default that is not meant for production
    severity: ${index % 7 === 0 ? 'advisory' : 'blocker'}
    class: config
    env: { name: SERVICE_SETTING_${index % 40} }
    expect:
      - that: facts.set && facts.valid
        message: SERVICE_SETTING_${index % 40} is not set, or the service refuses it
      - that: facts.value != ""
    fix: set SERVICE_SETTING_${index % 40} in the environment file of the service
    source: docs/runbook.md`
}

export interface StaticPack {
  /** The folder of packs, for `--checks`. */
  readonly folder: string
  readonly environmentFile: string
  remove(): void
}

/** Writes a pack of so many checks that look at variables only, and an environment file in which all is well. */
export function writeStaticPack(count: number): StaticPack {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'))
  const system = join(folder, 'packs', 'bench')
  mkdirSync(system, { recursive: true })
  const variables = Array.from({ length: 40 }, (_, at) => `\n  SERVICE_SETTING_${at}: { reads: [], exposure: public }`)
  writeFileSync(join(system, 'pack.yaml'), `variables:${variables.join('')}\n`)
  for (let from = 0; from < count; from += checksPerFile) {
    const checks = Array.from({ length: Math.min(checksPerFile, count - from) }, (_, at) => checkText(from + at))
    writeFileSync(join(system, `part-${from / checksPerFile}.yaml`), `stage: config\nchecks:${checks.join('\n')}\n`)
  }
  const settings = Array.from({ length: 40 }, (_, at) => `SERVICE_SETTING_${at}=value-${at}\n`)
  const secrets = Array.from(
    { length: 20 },
    (_, at) => `SERVICE_${at}_TOKEN=bench-only-${'kT9xQw3zLp8Zr8Vb2'.slice(at % 9)}-${at * 7919}\n`,
  )
  const environmentFile = join(folder, 'service.env')
  writeFileSync(environmentFile, [...settings, ...secrets].join(''))
  return {
    folder: join(folder, 'packs'),
    environmentFile,
    remove: () => rmSync(folder, { recursive: true }),
  }
}
