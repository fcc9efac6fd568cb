import { createTwoFilesPatch } from 'diff'
import { stringify } from 'yaml'
import type { RunRecord } from './record/run-record.js'
import { ChangedError } from './plan/changed-error.js'
import type { ToAccept } from './plan/covered/accept-changes.js'
import { changeLines } from './plan/covered/change-lines.js'
import { changesSince, type SinceChange } from './plan/covered/changes-since.js'
import type { Gathered } from './prepare/prepare-runbook.js'
import type { RunbookTerminal } from './terminal-options.js'

/**
 * Refuses to go on with a run where what decides its steps to come is not what it was started with: it would be another
 * run.
 *
 * @throws ChangedError that names every difference
 */
export function refuseOtherRun(record: RunRecord, gathered: Gathered): void {
  const { started } = record
  const diff = differenceOf(started.definition, gathered.definition)
  const secrets = otherSecrets(record, gathered)
  const others = (changesSince(record, gathered)?.refused ?? []).filter(
    ({ kind, name }) => kind !== 'runbook' && !secrets.includes(name),
  )
  const told = [
    ...(diff === '' ? [] : [`the runbook changed since the run started:\n${diff}`]),
    ...secrets.map((name) => `the secret parameter ${name} is another than the one the run was started with`),
    ...(others.length === 0 ? [] : [`what the run was started with changed:\n${changeLines(others).join('\n')}`]),
  ]
  if (told.length === 0) return
  const cure =
    diff !== ''
      ? 'put the runbook back as it was to go on'
      : secrets.length > 0
        ? 'give the same secret to go on'
        : 'give it, or put it back, as it was to go on'
  throw new ChangedError(
    told.join('\n'),
    `${cure}; or take back what was done (\`preflight runbook undo\`, which uses the recorded definition) and start a new run`,
  )
}

/**
 * What somebody must take responsibility for before a run is gone on with; what needs nobody is told.
 *
 * @param isTakenBack then only another secret must be accepted: nothing else keeps a run from being undone
 */
export function changesToAccept(
  record: RunRecord,
  gathered: Gathered,
  isTakenBack: boolean,
  terminal: Pick<RunbookTerminal, 'warn'>,
): Pick<ToAccept, 'open' | 'declared'> {
  const changes = changesSince(record, gathered)
  const tell = (intro: string, told: readonly SinceChange[]): void =>
    told.length === 0 ? undefined : terminal.warn(`${intro}\n${changeLines(told).join('\n')}`)
  if (changes === undefined)
    terminal.warn(
      'this run was started by an earlier version of preflight, which did not write down what it depends on: environment files, programs, waivers and inputs cannot be compared',
    )
  if (!isTakenBack) {
    tell('changed by a step that declares it:', changes?.declared ?? [])
    return { open: changes?.open ?? [], declared: changes?.declared ?? [] }
  }
  for (const reason of gathered.unread) terminal.warn(`could not be read, and steps that need it will fail: ${reason}`)
  const secrets = otherSecrets(record, gathered)
  const told = [...(changes?.refused ?? []), ...(changes?.open ?? []), ...(changes?.declared ?? [])].filter(
    ({ kind, name }) => !(kind === 'parameter' && secrets.includes(name)),
  )
  tell('changed since the last step; what was done is taken back all the same, by the recorded definition:', told)
  return {
    open: secrets.map((name): SinceChange => ({
      kind: 'parameter',
      name,
      id: `parameter:${name}`,
      before: undefined,
      now: gathered.plan.covers.find((entry) => entry.kind === 'parameter' && entry.name === name),
      seenAfter: undefined,
    })),
    declared: [],
  }
}

/** Names of the secret parameters that are others than the run was started with, or than were accepted since. */
function otherSecrets({ started, covered }: RunRecord, gathered: Gathered): readonly string[] {
  return Object.entries(started.parameters).flatMap(([name, record]) => {
    if (!('fingerprint' in record)) return []
    const last =
      covered.entries?.find((entry) => entry.kind === 'parameter' && entry.name === name)?.digest ?? record.fingerprint
    const now = gathered.parameters[name]
    return now !== undefined && 'fingerprint' in now && now.fingerprint === last ? [] : [name]
  })
}

/** What changed in the runbooks of a run, line by line; empty when nothing did. */
export function differenceOf(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
  return ids
    .flatMap((id) => {
      const [old, current] = [before[id], now[id]].map((written) => (written === undefined ? '' : stringify(written)))
      if (old === current) return []
      return [
        createTwoFilesPatch(`${id} (as started)`, `${id} (now)`, old!, current!, undefined, undefined, { context: 1 })
          .split('\n')
          .slice(1)
          .join('\n')
          .trimEnd(),
      ]
    })
    .join('\n')
}
