import type { ConductOptions } from '../../../src/runbooks/start-run.js'
import { UnansweredError, type Person } from '../../../src/engine/person.js'

const refuse = (): Promise<never> => Promise.reject(new UnansweredError('nobody is there'))

/** Nobody, as without a terminal. */
export const nobody: Person = { type: refuse, line: refuse, pick: refuse, secret: refuse }

/** How a test carries out a run: without a view, without anybody to ask, in a state folder of its own. */
export function quietly(state: string, more: Partial<ConductOptions> = {}): ConductOptions {
  return {
    state,
    approved: [],
    approvals: [],
    conductor: nobody,
    terminal: {
      progress: process.stderr,
      progressMode: 'silent',
      progressColour: false,
      warn: () => undefined,
      atExit: () => () => undefined,
    },
    interruption: { signal: new AbortController().signal, exitCode: () => undefined },
    ...more,
  }
}

/** Only the runbooks of this folder; nothing of the environment. */
export function booksOf(folder: string) {
  return {
    definitions: { checks: [], noBuiltin: true, config: undefined },
    runbooks: [folder],
    parameters: [] as readonly string[],
    parameterVariables: [] as readonly string[],
    parameterFile: undefined,
    environment: { files: [] as readonly string[], pid: undefined, inherit: false },
    inputs: [] as readonly string[],
    person: undefined,
    plan: undefined,
    acceptedChanges: [] as readonly string[],
  }
}
