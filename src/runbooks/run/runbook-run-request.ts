import type { ExitCode } from '../../base/errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import type { ChangedEntry } from '../plan/covered.js'
import type { JournalEntry, JournalEvent } from '../record/journal.js'
import type { Operator } from '../../processes/operator.js'
import type { Person } from '../../engine/person.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { RunFold, RunRecord } from '../record/run-record.js'
import type { SecretOutputs } from '../record/secret-outputs.js'
import type { Redactor } from '../../redaction/redact.js'
import type { StepKind } from '../definition/step-kind.js'
import type { JudgedRequirement } from '../requires/judge-requirements.js'
import type { Ending, PreparedStep } from './carry-out.js'

/** What an operation is to its step. */
export type Role = 'step' | 'verify' | 'undo' | 'undo-verify'

/** Everything a run needs: the plan, the journal so far, and who does, answers and watches. */
export interface RunbookRunRequest {
  /** In the plan's order. */
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  /** The environment under test; empty where the run has none. */
  readonly environment: TestedEnvironment
  /** The journal so far, which begins with `run-started`, folded. */
  readonly fold: RunFold
  /** Writes an event; when it resolves the event is on disk. */
  readonly append: (event: JournalEvent) => Promise<JournalEntry>
  readonly scopeOf: (step: PlannedStep, record: RunRecord) => RunbookScope
  /** Carries an operation out: for real, or in practice. Never rejects. */
  readonly carryOut: (
    step: PlannedStep,
    role: Role,
    operation: Operation,
    prepared: PreparedStep,
    scope: RunbookScope,
    signal: AbortSignal,
  ) => Promise<Ending>
  /** What decides the rest of the run and is another thing than before this step. Never rejects. */
  readonly changedAfter?: (step: PlannedStep) => Promise<readonly ChangedEntry[]>
  /** Why a step may not have its effect although it was approved: what was approved has changed since. */
  readonly changedSinceApproval?: (step: PlannedStep) => Promise<string | undefined>
  /** Judges what the runbook requires and is to be judged now. @param before path of the step that is reached */
  readonly judgeRequirements?: (before?: string) => Promise<readonly JudgedRequirement[]>
  readonly person: Person
  readonly operator: Operator
  /** Paths of destructive steps that were approved beforehand. */
  readonly approved: ReadonlySet<string>
  readonly redact: RunRedact
  /** What the steps captured that no journal holds. */
  readonly secrets: SecretOutputs
  readonly signal: AbortSignal
  /** The exit code of the signal that came, if one did. */
  readonly interruptedBy: () => ExitCode | undefined
  readonly onEntry?: (entry: JournalEntry) => void
}

/** The one redaction point, as a run of a runbook sees it. */
export type RunRedact = Pick<Redactor, 'text' | 'value'>
