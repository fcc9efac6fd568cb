import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadDefinitions } from '../../src/checks/load/load-definitions.js'
import { loadAlerts } from '../../src/alerts/load/load-alerts.js'
import type { AlertDefinition } from '../../src/alerts/alert-definition.js'
import { collectorRegistry, probeRegistry } from '../../src/engine/folder-registry.js'

/** A folder with these files. */
export function siteWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-alerts-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/**
 * Checks of files: `there` fails without the file `mark`, `small` warns above 2 bytes and fails above 4, `both` needs
 * the first.
 */
export const filePack = `stage: runtime
variables: { REGION: { exposure: public }, TOKEN: { exposure: secret } }
inputs:
  mark: { type: path, description: the file, default: mark }
  most: { type: integer, description: bytes, default: 4 }
checks:
  there:
    title: the mark is there
    severity: high
    class: config
    file: { path: "\${{ inputs.mark }}" }
    expect: [{ that: facts.exists, message: the mark is gone }]
    fix: make it
  small:
    title: the mark is small
    severity: advisory
    class: config
    needs: [site/files/there]
    file: { path: "\${{ inputs.mark }}" }
    expect: [{ that: facts.exists && facts.size <= inputs.most, message: "it has \${{ facts.size }} bytes" }]
    warn: [{ that: facts.size <= 2, message: "it has \${{ facts.size }} bytes, more than 2" }]
    fix: make it smaller
`

export const priorities =
  'priorities: { P0: { call: the engineer on call, within: 5 minutes }, P1: { call: the team } }\n'

/** A file of one alert, by its keys beside title, priority and response. */
export function alertFile(keys: string, more = ''): string {
  return `${priorities}alerts:
  gone:
    title: the mark is gone
    priority: P0
    response: site/restore
    ${keys}
${more}`
}

interface CompiledSite {
  readonly alerts: readonly AlertDefinition[] | undefined
  /** `file:line:column code: message (hint)` */
  readonly problems: readonly string[]
}

/** Compiles \`alerts/site.yaml\` over the pack. */
export async function compiledSite(alerts: string, pack = filePack, area = 'files'): Promise<CompiledSite> {
  const folder = siteWith({ [`checks/site/${area}.yaml`]: pack, 'alerts/site.yaml': alerts })
  const { definitions } = await loadDefinitions(
    [{ folder: join(folder, 'checks'), label: 'checks' }],
    probeRegistry,
    collectorRegistry,
  )
  const loaded = await loadAlerts([{ folder: join(folder, 'alerts'), label: 'alerts' }], definitions!, probeRegistry)
  const problems = loaded.diagnostics.map(
    ({ position, code, message, hint }) =>
      `${position.line}:${position.column} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )
  return { alerts: loaded.alerts, problems }
}
