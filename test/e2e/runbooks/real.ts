import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLauncher as launch, type Launcher } from '../../../sandbox/arqonbus/launcher.js'
import type { Deployment } from '../../../sandbox/deployment.js'
import type { DeploymentOptions } from '../../../sandbox/deployment-options.js'
import { startRun } from '../../../src/runbooks/start-run.js'
import { undoRun } from '../../../src/runbooks/resume-run.js'
import type { Person } from '../../../src/engine/person.js'
import type { RunRecord } from '../../../src/runbooks/record/run-record.js'
import { build } from '../built.js'
import { booksOf, quietly } from './quiet.js'
import { startTestDeployment } from '../../servers/cluster-template.js'

/** Starts the built bus: from the sources every start would compile it anew. */
export const createLauncher: typeof launch = (place, options) =>
  launch(place, { ...options, program: join(build, 'sandbox/arqonbus/main.js') })

/**
 * Somebody who does what is asked: types what is expected, says something where a note is required, approves under
 * another name.
 */
export const agreeable: Person = {
  type: (_question, expected) => Promise.resolve(expected),
  line: (question) =>
    Promise.resolve(question.ask.includes('approver') ? 'somebody-else' : question.ask.includes('file') ? '' : 'seen'),
  pick: (_question, [first]) => Promise.resolve(first!.value),
  secret: () => Promise.reject(new Error('no secret is asked for here')),
}

type Values = Readonly<Record<string, string | number | boolean>>

export interface Real {
  readonly deployment: Deployment
  /** The bus in a process of its own, in a folder with its `.env`; not running until somebody starts it. */
  readonly launcher: Launcher
  /** Where the bus and its files are, for runbooks that ask. */
  readonly place: Values
  /** Carries a built-in runbook out; destructive steps are approved by whoever is asked. */
  run(id: string, parameters?: Values, person?: Person): Promise<RunRecord>
  /** Takes the latest run of the runbook back. */
  undo(record: RunRecord, person?: Person): Promise<RunRecord>
  folderOf(record: RunRecord): string
  stop(): Promise<void>
}

/** A deployment whose bus is started and stopped by its launcher, and a state folder of its own. */
export async function startReal(options: DeploymentOptions = { withGates: false }): Promise<Real> {
  const deployment = await startTestDeployment(options)
  const state = mkdtempSync(join(tmpdir(), 'preflight-state-'))
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bus-'))
  const httpPort = deployment.bus.http.port
  await deployment.bus.stop()
  const launcher = createLauncher(folder, { environment: deployment.environment, httpPort })
  const book = (parameters: Values, person: Person) => ({
    ...booksOf(''),
    definitions: { checks: [], noBuiltin: false, config: undefined },
    runbooks: [],
    parameters: Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
    environment: { files: [launcher.environmentFile], pid: undefined, inherit: false },
    ...quietly(state, { conductor: person }),
  })
  return {
    deployment,
    launcher,
    place: {
      repository: folder,
      port: Number(deployment.environment['ARQONBUS_SERVER_PORT']),
      bus_http_url: `http://127.0.0.1:${httpPort}`,
    },
    run: (id, parameters = {}, person = agreeable) => startRun({ ...book(parameters, person), id }),
    undo: (record, person = agreeable) => undoRun({ ...book({}, person), run: record.started.run, reason: 'a test' }),
    folderOf: (record) => join(state, 'runs', record.started.run),
    async stop() {
      await launcher.stop()
      await deployment.stop()
      rmSync(folder, { recursive: true, force: true })
      rmSync(state, { recursive: true, force: true })
    },
  }
}

/** How a run ended, with the first step that did not go well: what a failing test shows. */
export function ending({ state, message, steps }: RunRecord): string {
  const bad = [...steps.values()].find((step) => ['failed', 'unknown', 'undo-failed', 'cancelled'].includes(step.state))
  return bad === undefined
    ? `${state}${state === 'failed' ? `: ${message}` : ''}`
    : `${state}: ${message} | ${bad.path}: ${bad.message} ${JSON.stringify(bad.facts).slice(0, 2000)}`
}
