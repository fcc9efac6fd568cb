import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../sandbox/deployment.js'
import { faults } from '../../../sandbox/faults/catalogue.js'
import { treat } from '../../../sandbox/faults/cure.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import type { Fault, FaultGroup } from '../../../sandbox/faults/fault.js'
import type { CheckResult } from '../../../src/checks/result/report.js'
import { isDeep } from '../../property-runs.js'
import { startTestDeployment } from '../../servers/cluster-template.js'
import { capturedRun, type CapturedRun } from '../captured-run.js'
import { canariesOf } from '../canaries.js'
import { capturedIncident, type CapturedBundle } from './capture.js'
import { expectCured, expectFixHasWords } from './expect-cured.js'

const green = new Set(['pass', 'not-applicable', 'waived'])

const configurations = ['arqonbus/config', 'shield/config']
const programs = ['arqonbus/toolchain', 'arqonbus/gates']

/** What judges the things that a fault of a group can break. */
const areasOf: Readonly<Record<FaultGroup, (system: string) => readonly string[]>> = {
  configuration: () => configurations,
  secrets: () => [...configurations, 'arqonbus/secrets', 'shield/secrets'],
  servers: (system) => [`${system}/datastores`, `${system}/runtime`],
  processes: (system) => [`${system}/runtime`],
  toolchain: () => programs,
  gates: () => programs,
}

/** The system whose check must catch the fault. */
function systemOf(fault: Fault): string {
  return fault.caughtBy.slice(0, fault.caughtBy.indexOf('/'))
}

/** The first fault of each group in each system is judged by everything; when `npm run test:deep` runs, each is. */
function isJudgedWhole(fault: Fault): boolean {
  const isLike = (each: Fault): boolean => each.group === fault.group && systemOf(each) === systemOf(fault)
  return isDeep || faults.find(isLike) === fault
}

/** Every third: to talk to servers and processes takes a hundred times as long as to read what is configured. */
function isJudgedByAreas({ group, name }: Fault): boolean {
  if (group !== 'servers' && group !== 'processes') return true
  return faults.filter((each) => each.group === group).findIndex((each) => each.name === name) % 3 === 0
}

interface Selection {
  readonly selectors: readonly string[]
  readonly skip: readonly string[]
}

/** The gates build and test a checkout: they are among everything where a fault can reach it, and in a deep run. */
function everythingFor(groups: readonly FaultGroup[]): Selection {
  return { selectors: [], skip: isDeep || groups.includes('gates') ? [] : ['arqonbus/gates'] }
}

/** Everything, or the areas of its group and the checks that see this fault, or these checks alone. */
function selectionFor(fault: Fault, groups: readonly FaultGroup[]): Selection {
  if (isJudgedWhole(fault)) return everythingFor(groups)
  const areas = isJudgedByAreas(fault) ? areasOf[fault.group](systemOf(fault)) : []
  return { selectors: [...areas, fault.caughtBy, ...fault.alsoRed], skip: [] }
}

/** The first of each group, class and status is captured. */
function isCaptured(fault: Fault): boolean {
  if (isDeep) return true
  const isLike = (each: Fault): boolean =>
    each.group === fault.group && each.class === fault.class && each.status === fault.status
  return faults.find(isLike) === fault
}

/**
 * Runs every fault of some groups on one deployment, each as a production preflight, holds each to its word, and cures
 * it.
 */
export function testFaults(groups: readonly FaultGroup[]): void {
  const chosen = faults.filter((fault) => groups.includes(fault.group))
  describe(`faults: ${groups.join(', ')}`, () => {
    let deployment: Deployment
    beforeAll(async () => {
      deployment = await startTestDeployment()
    })
    afterAll(async () => {
      await deployment.stop()
    })

    it('the deployment is a go before anything is broken, and shows no secret (003-01)', async () => {
      // A server that has only just started may be slow to answer on a busy machine.
      const run = await capturedRun({ ...deployment, ...everythingFor(groups), failOnWarn: true, wait: 60_000 })
      expect(redOnes(run)).toEqual([])
      expect(run.exitCode).toBe(0)
      expectNoSecrets(run, deployment.environment, deployment.inputs)
    })

    it.each(chosen.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
      const effect = await fault.apply(deployment)
      const environment = changed(deployment.environment, effect.environment)
      const inputs = changed(deployment.inputs, effect.inputs)
      const treatment = treat(fault.cure ?? {}, deployment, effect)
      let run: CapturedRun
      let bundle: CapturedBundle | undefined
      try {
        // What stays silent is not waited for as long as its check would; what answers may take its time on a busy
        // machine.
        run = await capturedRun({
          environment,
          inputs,
          ...selectionFor(fault, groups),
          timeout: fault.status === 'timeout' ? 6000 : 20_000,
        })
        if (isCaptured(fault) && run.end !== undefined) bundle = await capturedIncident(run.end, environment)
        expectCaught(fault, run)
        if (fault.cure !== undefined) await expectCured(fault, treatment)
      } finally {
        await treatment.undo()
      }
      expectNoSecrets(run, environment, inputs)
      if (isCaptured(fault)) expectBundle(fault, bundle, environment, inputs)
    })
  })
}

function expectCaught(fault: Fault, run: CapturedRun): void {
  const caught = run.document.checks.find((check) => check.id === fault.caughtBy)
  expect({ status: caught?.status, class: caught?.class, message: caught?.message }).toMatchObject({
    status: fault.status,
    class: fault.class,
  })
  expect(caught?.message).not.toBe('')
  expect(caught?.message).toContain(fault.says ?? '')
  expect(caught?.fix).not.toBe('')
  if (fault.cure !== undefined && caught !== undefined) expectFixHasWords(fault.cure, caught)
  const related = new Set([fault.caughtBy, ...fault.alsoRed])
  const unrelated = redOnes(run).filter(
    (check) => !related.has(check.id) && !(check.blockedBy !== null && related.has(check.blockedBy)),
  )
  expect(unrelated.map(({ id, status, message }) => ({ id, status, message }))).toEqual([])
  expect(run.exitCode).toBe(fault.exitCode)
  expect(run.document.exitCode).toBe(fault.exitCode)
}

/** The bundle is whole and clean, and says what is wrong as the fault has it. */
function expectBundle(
  fault: Fault,
  bundle: CapturedBundle | undefined,
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): void {
  expect(bundle?.verdict).toMatchObject({ problems: [], leaks: [] })
  expect(bundle?.incident.classification).toMatchObject({ class: fault.class })
  for (const { name, form } of canariesOf(environment, inputs))
    expect(bundle?.text.includes(form), `a form of ${name} in the bundle`).toBe(false)
}

function redOnes({ document }: CapturedRun): readonly CheckResult[] {
  return document.checks.filter((check) => !green.has(check.status))
}

function expectNoSecrets(
  run: CapturedRun,
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): void {
  const everything = [run.report, run.view, JSON.stringify(run.document), run.error?.stack ?? ''].join('\n')
  for (const { name, form } of canariesOf(environment, inputs))
    expect(everything.includes(form), `a form of ${name} in the output`).toBe(false)
}
