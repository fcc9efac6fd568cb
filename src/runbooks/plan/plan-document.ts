import { resolve } from 'node:path'
import { messageOf } from '../../base/errors.js'
import { canonicalDigest } from '../../definitions/yaml-node.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { Redactor } from '../../redaction/redact.js'
import type { Operation, RunbookDefinition, RunbookScope } from '../definition/runbook-definition.js'
import type { CoveredEntry } from './covered.js'
import type { PlannedAction, PlannedStep, RunbookPlanDocument } from './runbook-plan.js'
import type { ProgramUse, StepKind } from '../definition/step-kind.js'
import { prepareOperation } from '../run/carry-out.js'
import {
  inListOrder,
  lookedAt,
  planHashOf,
  type CoveredThing,
  type FileDigests,
  programThings,
} from './covered/file-digests.js'
import { stepApprovals } from './step-approvals.js'
import { operationsOf } from './step-selections.js'
import { planRequirements } from './plan-requirements.js'

interface PlanRequest {
  readonly runbook: Pick<RunbookDefinition, 'id' | 'title' | 'isChecklist'>
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly environment: TestedEnvironment
  readonly target: string
  /** As the journal will hold them: a secret one by its fingerprint. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Paths that parameters name. */
  readonly parameterFiles: readonly string[]
  readonly checksDigest: string | null
  /** What decides besides the steps, their files and programs. */
  readonly ground: readonly CoveredThing[]
  /** Absolute paths of environment files, which are among the ground. */
  readonly environmentFiles: ReadonlySet<string>
  readonly digests: FileDigests
  scopeOf(step: PlannedStep): RunbookScope
  readonly redactor: Redactor
}

/** A plan, and all that it covers in a form that can be looked at again. */
export interface MadePlan {
  readonly plan: RunbookPlanDocument
  readonly things: readonly CoveredThing[]
}

/**
 * What a run would do. Files are read for their digests; nothing is run, contacted or written.
 *
 * Its hash covers all that decides: the ground, the steps as they are described, the files they and the parameters
 * name, and the programs they start.
 */
export async function planDocument(request: PlanRequest): Promise<MadePlan> {
  const { runbook, steps, target, parameters, checksDigest, digests, environmentFiles } = request
  const described = steps.map((step) => describeStep(step, request))
  const paths = [...new Set([...request.parameterFiles, ...described.flatMap(({ files }) => files)])].sort()
  const signers = new Set(described.flatMap((each) => each.signers.map((path) => resolve(path))))
  // The digests of environment files could be searched for a secret: they are among the ground with a fingerprint.
  const plain = [...new Set(paths.map((path) => resolve(path)))].filter((path) => !environmentFiles.has(path))
  const ground = [
    ...request.ground,
    { entry: { kind: 'target' as const, name: target, digest: null } },
    ...(await Promise.all(
      plain.map((path) =>
        lookedAt(async () => ({
          kind: signers.has(path) ? ('approval_signers' as const) : ('file' as const),
          name: path,
          digest: await digests.of(path),
        })),
      ),
    )),
    ...(await programThings(
      described.flatMap(({ step: { path }, programs }) => programs.map((program) => ({ step: path, program }))),
      digests,
    )),
  ]
  const found = ground.map(({ entry }) => entry)
  const files = paths.map((path) => ({ path, sha256: digestOf(resolve(path), found) }))
  const filesOf = (named: readonly string[]): RunbookPlanDocument['files'] =>
    files.filter(({ path }) => named.includes(path))
  const approvals = stepApprovals(
    described.map((each, index) => ({
      planned: steps[index]!,
      described: each.step,
      files: filesOf(each.files),
      programs: programsOf(each, found),
    })),
    { runbook: runbook.id, target, parameters, parameterFiles: filesOf(request.parameterFiles), checksDigest },
  )
  const inFull = described.map(({ step }) => ({ ...step, approval: approvals.get(step.path) ?? null }))
  const things = inListOrder([...ground, ...inFull.map(stepThing)])
  const covers = things.map(({ entry }) => entry)
  const plan: RunbookPlanDocument = {
    schemaVersion: 1,
    runbook: runbook.id,
    title: runbook.title,
    ...(runbook.isChecklist ? { checklist: true as const } : {}),
    hash: planHashOf(runbook.id, covers),
    target,
    parameters,
    files,
    checksDigest,
    covers,
    notCovered: described.flatMap(({ step, notCovered }) => notCovered.map((what) => `${step.path}: ${what}`)),
    requires: await planRequirements(request),
    steps: inFull,
  }
  return { plan, things }
}

/** Of a file that is read as an environment in several ways, the first. */
function digestOf(path: string, covers: readonly CoveredEntry[]): string | null {
  const isOf = ({ kind, name }: CoveredEntry): boolean =>
    (kind === 'file' || kind === 'approval_signers' || kind === 'environment_file') &&
    (name === path || name.startsWith(`${path} (`) || name.startsWith(`${path}#`))
  return covers.find(isOf)?.digest ?? null
}

/** The programs that a step starts, as the plan found them. */
function programsOf({ step, programs }: DescribedStep, covers: readonly CoveredEntry[]): readonly CoveredEntry[] {
  return covers.filter(
    ({ kind, name }) =>
      kind === 'program' &&
      programs.some((program) => name === program.name || name.startsWith(`${program.name} (${step.path}`)),
  )
}

/** A step as the plan describes it. */
export function stepThing(step: { readonly path: string }): CoveredThing {
  return { entry: { kind: 'step', name: step.path, digest: canonicalDigest(step) } }
}

interface Described {
  readonly signers: readonly string[]
  readonly files: readonly string[]
  readonly programs: readonly ProgramUse[]
  readonly notCovered: readonly string[]
}

type DescribedStep = Described & { readonly step: Omit<RunbookPlanDocument['steps'][number], 'approval'> }

function describeStep(step: PlannedStep, request: PlanRequest): DescribedStep {
  const { path, definition, groups, isAfterUndo = false } = step
  const operations = new Map(
    operationsOf(step).map(([role, operation]) => [role, describeOperation(operation, step, request)]),
  )
  const all = [...operations.values()]
  return {
    step: {
      path,
      title: definition.title,
      action: operations.get('')!.action,
      when: definition.when?.source ?? null,
      groups: groups.map((group) =>
        group.alternative === undefined ? group.path : `${group.path}/${group.alternative}`,
      ),
      destructive: definition.destructive,
      ...(definition.asksFirst ? { asksFirst: true as const } : {}),
      pointOfNoReturn: definition.pointOfNoReturn,
      ...(isAfterUndo ? { isAfterUndo } : {}),
      irreversible: definition.effect !== 'read' && definition.undo === undefined && !isAfterUndo,
      verify: operations.get(' verify')?.action ?? null,
      undo: operations.get(' undo')?.action ?? null,
    },
    signers: all.flatMap(({ signers }) => signers),
    files: all.flatMap(({ files }) => files),
    programs: all.flatMap(({ programs }) => programs),
    notCovered: [...new Set(all.flatMap(({ notCovered }) => notCovered))],
  }
}

function describeOperation(
  operation: Operation,
  step: PlannedStep,
  { kinds, environment, scopeOf, redactor }: PlanRequest,
): Described & { readonly action: PlannedAction } {
  const { action, effect, timeout, expect } = operation
  const kind = kinds.get(action.kind)!
  const shared = {
    kind: action.kind,
    effect,
    timeoutMs: timeout ?? null,
    expect: expect.map(({ that }) => that.source),
  }
  const probed = action.probe?.kind === 'command' ? ['the program of its probe'] : []
  const judged = kind.judgesChecks === true ? ['programs that its checks start, and what they contact'] : []
  try {
    const {
      lines,
      addresses,
      files,
      signers = [],
      ownFiles = [],
      programs = [],
      notCovered = [],
    } = prepareOperation(operation, kind, scopeOf(step), environment, true).description
    return {
      action: {
        ...shared,
        lines: lines.map((line) => redactor.text(line)),
        addresses: addresses.map((address) => redactor.text(address)),
      },
      signers,
      files: [...files, ...ownFiles.map((file) => resolve(step.frame.runbook.folder, file))],
      programs,
      notCovered: [...notCovered, ...probed, ...judged],
    }
  } catch (thrown) {
    // What an earlier step has yet to find out stays as it is written.
    const written = JSON.stringify(action.written)
    const { programs = [], notCovered = [] } = kind.writtenPrograms?.(action.written) ?? {}
    const lines = [
      redactor.text(written),
      `(not all of it is known before the run: ${redactor.text(messageOf(thrown))})`,
    ]
    return {
      action: { ...shared, lines, addresses: [] },
      signers: [],
      files: [],
      programs,
      notCovered: ['a value that an earlier step must still find out', ...notCovered, ...probed, ...judged],
    }
  }
}
