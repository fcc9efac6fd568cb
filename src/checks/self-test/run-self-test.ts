import { Deadline } from '../../base/time/deadline.js'
import { messageOf, UsageError } from '../../base/errors.js'
import { refuseWithoutTemporaryFolder } from '../../base/files/state-folder.js'
import { refuseTooFewOpenFiles } from '../../base/files/open-files.js'
import type { CheckDefinition } from '../definition.js'
import { TestedEnvironment } from '../../environment/environment.js'
import type { Outcome } from '../check-event.js'
import type { Plan } from '../plan/plan.js'
import { type Probe, type Surroundings, probeFor } from '../../engine/probe.js'
import type { SelfTest, SelfTestCase } from '../../engine/self-test.js'
import { probeRegistry, selfTestRegistry, type Registry } from '../../engine/folder-registry.js'
import { runPlan } from '../run/scheduler.js'
import { caseDefinition, compileCaseExpectation } from './case-definition.js'
import { caseReport, kindReport, type KindReport, type SelfTestReport, CaseWorkbench } from './self-test-report.js'

interface SelfTestOptions {
  readonly signal: AbortSignal
  /** Milliseconds for all of it. */
  readonly limit: number
  /** The product's own unless given. */
  readonly probes?: Registry<Probe>
  readonly selfTests?: Registry<SelfTest>
}

const concurrency = 8

/** File descriptors that must be free: the peers of all cases are there at once (measured: 95). */
const neededDescriptors = 128

/** A case that is set up, or why it could not be. */
interface ArrangedCase {
  readonly id: string
  readonly subject: SelfTestCase
  readonly definition?: CheckDefinition
  readonly surroundings?: Surroundings
  readonly problem?: string
}

interface ArrangedKind {
  readonly kind: string
  readonly probe?: Probe
  readonly problem?: string
  readonly cases: readonly ArrangedCase[]
}

/**
 * Tries every probe kind against peers that it must pass, must fail and must be unable to judge, by the same scheduler,
 * limits and judge as a run. Contacts nothing but itself, on the loopback; leaves nothing behind.
 */
export async function runSelfTest({
  signal,
  limit,
  probes = probeRegistry,
  selfTests = selfTestRegistry,
}: SelfTestOptions): Promise<SelfTestReport> {
  refuseTooFewOpenFiles(neededDescriptors)
  await refuseWithoutTemporaryFolder()
  const deadline = Deadline.after(limit)
  const workbenches: CaseWorkbench[] = []
  const kinds: ArrangedKind[] = []
  try {
    for (const kind of [...new Set([...probes.names(), ...selfTests.names()])].sort())
      kinds.push(signal.aborted ? { kind, cases: [] } : await arrange(kind, probes, selfTests, workbenches))
    const outcomes = await observe(kinds, deadline, signal)
    return concluded(kinds, outcomes, signal.aborted)
  } finally {
    await Promise.all(workbenches.map((workbench) => workbench.clear()))
  }
}

async function arrange(
  kind: string,
  probes: Registry<Probe>,
  selfTests: Registry<SelfTest>,
  workbenches: CaseWorkbench[],
): Promise<ArrangedKind> {
  if (!selfTests.has(kind)) return { kind, problem: 'it has no self-test', cases: [] }
  if (!probes.has(kind)) return { kind, problem: 'unknown probe', cases: [] }
  try {
    const [probe, selfTest] = await Promise.all([probes.load(kind), selfTests.load(kind)])
    const { sample } = selfTest
    const common = compileCaseExpectation(probe, selfTest)
    const cases = await Promise.all(
      selfTest.cases.map(async (subject, index): Promise<ArrangedCase> => {
        const id = `selftest/${kind}/${index + 1}`
        const workbench = await CaseWorkbench.create()
        workbenches.push(workbench)
        try {
          const arranged = await subject.arrange(workbench)
          const typed = probeFor(probe, arranged.input)
          const { expect } = subject
          const expectation = expect === undefined ? common : compileCaseExpectation(typed, { expect, sample })
          return {
            id,
            subject,
            definition: caseDefinition(id, typed, subject, arranged, { expectation, sample }, workbench.folder),
            surroundings: surroundingsOf(selfTest, arranged.environment ?? {}),
          }
        } catch (error) {
          return { id, subject, problem: `${subject.meets}: it could not be set up: ${messageOf(error)}` }
        }
      }),
    )
    return { kind, probe, cases }
  } catch (error) {
    // There is no room for temporary files: that says nothing of the probe.
    if (error instanceof UsageError) throw error
    return { kind, problem: messageOf(error), cases: [] }
  }
}

function surroundingsOf({ variables = {} }: SelfTest, environment: Readonly<Record<string, string>>): Surroundings {
  return {
    scope: { vars: {}, env: {}, inputs: {}, profile: 'prod' },
    environment: TestedEnvironment.of(environment),
    variables,
    secretInputs: new Set(),
    knownSecretsFile: undefined,
  }
}

async function observe(
  kinds: readonly ArrangedKind[],
  deadline: Deadline,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const cases = kinds.flatMap((kind) => kind.cases)
  const checks = cases.flatMap(({ definition }) => (definition === undefined ? [] : [{ definition, needs: [] }]))
  const surroundings = new Map(cases.map(({ id, surroundings }) => [id, surroundings]))
  const plan: Plan = {
    profile: 'prod',
    request: { selectors: [], given: [], stages: [], skip: [], phase: 'all', profile: 'prod' },
    checks,
    declared: checks.length,
    deselected: [],
    skipped: [],
  }
  const { outcomes } = await runPlan({
    plan,
    probes: new Map(kinds.flatMap(({ kind, probe }) => (probe === undefined ? [] : [[kind, probe] as const]))),
    surroundings({ id }) {
      const found = surroundings.get(id)
      if (found === undefined) throw new Error(`nothing was set up for ${id}`)
      return found
    },
    concurrency,
    deadline,
    failFast: false,
    signal,
  })
  return outcomes
}

function concluded(
  kinds: readonly ArrangedKind[],
  outcomes: readonly Outcome[],
  isInterrupted: boolean,
): SelfTestReport {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  const reports = kinds.map(({ kind, problem, cases }): KindReport => {
    const problems = [problem, ...cases.map((each) => each.problem)].filter((each) => each !== undefined)
    return kindReport(
      kind,
      cases.map(({ id, subject }) => caseReport(subject, outcomeOf.get(id))),
      problems,
    )
  })
  return {
    isTrusted: !isInterrupted && reports.length > 0 && reports.every(({ isTrusted }) => isTrusted),
    isInterrupted,
    kinds: reports,
  }
}
