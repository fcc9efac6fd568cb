import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import type { RunbookDefinition, StepDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

const folder = join(import.meta.dirname, '../../../runbooks')
/** Paths of the files, such as `arqonbus/start.yaml`. */
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('parameters.yaml'))

let runbooks: ReadonlyMap<string, RunbookDefinition> = new Map()

beforeAll(async () => {
  const loaded = await loadRunbooks([{ folder, label: 'runbooks' }], actionRegistry, probeRegistry)
  expect(loaded.diagnostics).toEqual([])
  runbooks = loaded.runbooks!
})

function allSteps(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  return steps.flatMap((step) => [step, ...step.alternatives.flatMap((alternative) => allSteps(alternative.steps))])
}

const everyStep = (): readonly { readonly name: string; readonly step: StepDefinition }[] =>
  [...runbooks.values()].flatMap(({ id, steps }) => allSteps(steps).map((step) => ({ name: `${id} ${step.id}`, step })))

/** The first word of a command as a file writes it. */
function programOf(written: unknown): string {
  if (Array.isArray(written)) return String(written[0])
  const { argv } = written as { readonly argv?: readonly string[] }
  return argv?.[0] ?? 'bash'
}

describe('the built-in runbooks', () => {
  it('all compile', () => {
    expect([...runbooks.keys()].sort()).toEqual(files.map((name) => name.replace('.yaml', '')).sort())
  })

  it('run nothing that never ends', () => {
    const endless =
      /\btail (?:-\S+ )*-[a-zA-Z]*[fF]\b|\btail\b.*--follow|\bwatch\b|\btop\b(?! )|\bping\b(?! ?\])|\bredis-cli\b.*\bmonitor\b/
    for (const name of files) {
      const commands = everyStep()
        .filter(({ name: step }) => step.startsWith(`${name.replace('.yaml', '')} `))
        .map(({ step }) => (step.action.kind === 'run' ? JSON.stringify(step.action.written) : ''))
      expect(
        commands.filter((command) => endless.test(command)),
        name,
      ).toEqual([])
    }
  })

  it('kill nothing by its name or its port', () => {
    const byName = /\bp(?:kill|grep)\b|\bkillall\b|\bfuser\b/
    expect(
      everyStep()
        .filter(({ step }) =>
          byName.test(JSON.stringify([step.action.written, step.undo?.action.written, step.verify?.action.written])),
        )
        .map(({ name }) => name),
    ).toEqual([])
  })

  it('download into a Redis snapshot only to take a backup', () => {
    const downloads = everyStep().filter(({ step }) =>
      JSON.stringify([step.action.written, step.undo?.action.written]).includes('--rdb'),
    )
    expect(downloads.map(({ name }) => name)).toEqual(['arqonbus/redis-backup download'])
  })

  it('say that a step is destructive where it stops, kills, replaces or drops', () => {
    const destructive = everyStep()
      .filter(({ step }) => step.destructive)
      .map(({ name }) => name)
    for (const name of [
      'arqonbus/restart stop',
      'arqonbus/restart kill',
      'arqonbus/recover-redis-backup stop-redis',
      'arqonbus/recover-redis-backup replace',
      'arqonbus/projector-migration migrate',
      'arqonbus/projector-restore restore',
      'arqonbus/firewall close',
      'aegis/migrate upgrade',
      'aegis/restore-database restore',
      'aegis/restore-database replace',
      'aegis/rotate-certificates generate',
      'aegis/security-updates update',
      'aegis/log-cleanup remove',
      'aegis/system-failure down',
    ]) {
      expect(destructive).toContain(name)
    }
  })

  it('tell whether what must happen only once has happened', () => {
    const unknown = everyStep().filter(
      ({ step }) => step.effect === 'once' && step.action.kind !== 'manual' && step.verify === undefined,
    )
    expect(unknown.map(({ name }) => name)).toEqual([])
  })

  it('bound everything but what waits for a person', () => {
    const people = new Set(['manual', 'approve', 'choose'])
    expect(
      everyStep()
        .filter(({ step }) => step.timeout === undefined && !people.has(step.action.kind))
        .map(({ name }) => name),
    ).toEqual([])
  })

  it('require every program that a changing step starts, or that changes it back', () => {
    const missing = [...runbooks.values()]
      // Its step writes a note; what is started is started by its undo.
      .filter(({ id }) => id !== 'arqonbus/come-back')
      .flatMap(({ id, requires, steps }) => {
        const required = requires.flatMap(({ kind, written }) => (kind === 'program' ? written.name.split(' in ') : []))
        const started = allSteps(steps)
          .filter(({ effect }) => effect !== 'read')
          .flatMap((step) => [step, step.verify, step.undo])
          .flatMap((operation) => (operation?.action.kind === 'run' ? [programOf(operation.action.written)] : []))
        // Removes what the step wrote; every system has it.
        return started.filter((name) => name !== 'rm' && !required.includes(name)).map((name) => `${id} ${name}`)
      })
    expect(missing).toEqual([])
    expect([...runbooks.values()].filter(({ requires }) => requires.length > 0).length).toBeGreaterThan(10)
  })

  it('hold no word of where they were written', () => {
    for (const name of files)
      expect(readFileSync(join(folder, name), 'utf8'), name).not.toMatch(/\/work\/|\/farm\/|\/root\/|\bissue #?\d/)
  })
})
