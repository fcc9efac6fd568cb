import { canonicalDigest } from '../../load/canonical-digest.js'
import { messageOf } from '../../kernel/errors.js'
import type { TestedEnvironment } from '../../model/environment.js'
import type { Redactor } from '../../kernel/redact.js'
import type { Operation, RunbookScope } from '../../model/runbook/definition.js'
import type { PlannedAction, PlannedStep, RunbookPlanDocument } from '../../model/runbook/plan.js'
import type { StepKind } from '../../model/runbook/step-kind.js'
import { prepareOperation } from '../../run/runbook/carry-out.js'
import { fileDigest } from './file-digest.js'
import { stepApprovals } from './step-approvals.js'

export interface PlanRequest {
  readonly runbook: { readonly id: string; readonly title: string }
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly environment: TestedEnvironment
  readonly target: string
  /** As the journal will hold them: a secret one by its fingerprint. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Paths that parameters name. */
  readonly parameterFiles: readonly string[]
  readonly checksDigest: string | null
  readonly toolVersion: string
  scopeOf(step: PlannedStep): RunbookScope
  readonly redactor: Redactor
}

/**
 * What a run would do. Files are read for their digests; nothing is run, resolved, contacted or written.
 *
 * Its hash covers the runbook and all it includes as they are written, the parameters, the content of the files they and the actions
 * name, the checks (when any step judges them) and the version of the tool.
 */
export async function planDocument(request: PlanRequest): Promise<RunbookPlanDocument> {
  const { runbook, steps, target, parameters, checksDigest, toolVersion } = request
  const described = steps.map((step) => describeStep(step, request))
  const paths = [...new Set([...request.parameterFiles, ...described.flatMap(({ files }) => files)])].sort()
  const files = await Promise.all(paths.map(async (path) => ({ path, sha256: await fileDigest(path) })))
  const definitions = Object.fromEntries(steps.map(({ frame }) => [frame.runbook.id, frame.runbook.digest]))
  const hash = `sha256:${canonicalDigest({ version: 1, runbook: runbook.id, definitions, target, parameters, files, checksDigest, toolVersion })}`
  const filesOf = (named: readonly string[]): RunbookPlanDocument['files'] => files.filter(({ path }) => named.includes(path))
  const approvals = stepApprovals(
    described.map((each, index) => ({ planned: steps[index]!, described: each.step, files: filesOf(each.files) })),
    { runbook: runbook.id, target, parameters, parameterFiles: filesOf(request.parameterFiles), checksDigest },
  )
  const inFull = described.map(({ step }) => ({ ...step, approval: approvals.get(step.path) ?? null }))
  return { schemaVersion: 1, runbook: runbook.id, title: runbook.title, hash, target, parameters, files, checksDigest, steps: inFull }
}

type DescribedStep = { readonly step: Omit<RunbookPlanDocument['steps'][number], 'approval'>; readonly files: readonly string[] }

function describeStep(step: PlannedStep, request: PlanRequest): DescribedStep {
  const { path, definition, groups } = step
  const action = describeOperation(definition, step, request)
  const verify = definition.verify === undefined ? undefined : describeOperation(definition.verify, step, request)
  const undo = definition.undo === undefined ? undefined : describeOperation(definition.undo, step, request)
  return {
    step: {
      path,
      title: definition.title,
      action: action.action,
      when: definition.when?.source ?? null,
      groups: groups.map((group) => (group.alternative === undefined ? group.path : `${group.path}/${group.alternative}`)),
      destructive: definition.destructive,
      pointOfNoReturn: definition.pointOfNoReturn,
      irreversible: definition.effect !== 'read' && definition.undo === undefined,
      verify: verify?.action ?? null,
      undo: undo?.action ?? null,
    },
    files: [action, verify, undo].flatMap((each) => each?.files ?? []),
  }
}

function describeOperation(operation: Operation, step: PlannedStep, { kinds, environment, scopeOf, redactor }: PlanRequest): { readonly action: PlannedAction; readonly files: readonly string[] } {
  const { action, effect, timeout, expect } = operation
  const shared = { kind: action.kind, effect, timeoutMs: timeout ?? null, expect: expect.map(({ that }) => that.source) }
  try {
    const { description } = prepareOperation(operation, kinds.get(action.kind)!, scopeOf(step), environment)
    const { lines, addresses, files } = description
    return { action: { ...shared, lines: lines.map((line) => redactor.text(line)), addresses: addresses.map((address) => redactor.text(address)) }, files }
  } catch (thrown) {
    // What an earlier step has yet to find out stands as it is written.
    const written = JSON.stringify(action.written)
    return { action: { ...shared, lines: [redactor.text(written), `(not all of it is known before the run: ${redactor.text(messageOf(thrown))})`], addresses: [] }, files: [] }
  }
}
