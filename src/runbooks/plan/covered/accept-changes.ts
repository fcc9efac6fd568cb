import { UsageError } from '../../../base/errors.js'
import { shellWord } from '../../../base/text/shell-words.js'
import { suggestionHint } from '../../../base/text/wording.js'
import { coveredName, ChangedError } from '../covered.js'
import type { JournalEventOf } from '../../record/journal.js'
import { UnansweredError, type Person } from '../../../engine/person.js'
import type { Operator } from '../../../processes/operator.js'
import type { PreparedRunbook } from '../../prepare/prepare-runbook.js'
import { changeLines, type SinceChange } from './changes-since.js'

type Accepted = JournalEventOf<'changes-accepted'>
type How = Accepted['changes'][number]['how']

/** Changes that a run goes on in spite of, and who is asked about those that are not accepted yet. */
export interface ToAccept {
  readonly run: string
  readonly open: readonly SinceChange[]
  readonly declared: readonly SinceChange[]
  /** What `--accept-changed` names. */
  readonly named: readonly string[]
  readonly plan: PreparedRunbook['plan']
  readonly operator: Operator
  readonly person: Person
  readonly signal: AbortSignal
  /** `resume` or `undo`. */
  readonly command: string
  /** Its flags that the journal does not know. */
  readonly beyondStart: string
}

/**
 * Has every open change accepted: by name on the command line, else by the person at the terminal.
 *
 * @returns what is to be written down; `undefined` when nothing changed
 * @throws ChangedError that names what was not accepted; UsageError for a name that is not part of the run
 */
export async function acceptChanges(request: ToAccept): Promise<Accepted | undefined> {
  const { open, declared, named, operator } = request
  refuseUnknown(request)
  const left = open.filter(({ id }) => !named.includes(id))
  if (left.length > 0) await ask(request, left)
  const written = (changes: readonly SinceChange[], how: How): Accepted['changes'] =>
    changes.map(({ id, before, now }) => ({ name: id, how, before: before ?? null, now: now ?? null }))
  const changes = [
    ...written(declared, 'declared'),
    ...written(
      open.filter((change) => !left.includes(change)),
      'flag',
    ),
    ...written(left, 'typed'),
  ]
  return changes.length === 0 ? undefined : { type: 'changes-accepted', operator, changes }
}

/** A misspelt name would accept nothing. What is as it was may be named: a script names all that it expects. */
function refuseUnknown({ named, open, plan }: ToAccept): void {
  const known = new Set([...plan.covers.map(coveredName), ...open.map(({ id }) => id)])
  const unknown = named.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new UsageError(`--accept-changed ${unknown}: the run does not depend on anything with that name`, {
      hint:
        suggestionHint(
          unknown,
          open.map(({ id }) => id),
        ) ?? (open.length === 0 ? 'nothing changed' : `changed: ${open.map(({ id }) => id).join(', ')}`),
    })
}

async function ask(
  { person, signal, run, command, beyondStart }: ToAccept,
  left: readonly SinceChange[],
): Promise<void> {
  const lines = changeLines(left).join('\n')
  const refusal = (): ChangedError =>
    new ChangedError(
      `what the run depends on changed, and the change was not accepted:\n${lines}`,
      `review each change; to continue with it: preflight runbook ${command} ${run} ${left.map(({ id }) => `--accept-changed ${shellWord(id)}`).join(' ')}${beyondStart}`,
    )
  try {
    const question = {
      ask: 'type "accept" to continue with these changes, anything else to stop',
      explain: `What the run depends on changed since its last step:\n${lines}`,
    }
    if ((await person.type(question, 'accept', signal)).trim() !== 'accept') throw refusal()
  } catch (error) {
    if (error instanceof UnansweredError) throw refusal()
    throw error
  }
}
