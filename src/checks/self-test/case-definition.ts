import type { CheckDefinition } from '../definition.js'
import type { CheckExpectation, Probe } from '../../engine/probe.js'
import { factTypeOf, type FactType } from '../../base/facts.js'
import type { SelfTest, SelfTestCase, SelfTestSubject } from '../../engine/self-test.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import { sampled, type Sampling } from '../../engine/sampled-probe.js'
import { Problems } from '../../definitions/yaml-node.js'

/** Milliseconds for what answers: long, since a busy machine must not make a probe look broken. */
const patience = 20_000

const nowhere = { file: 'selftest', line: 0, column: 0 } as const

/**
 * Compiles the expectation of a self-test, or of one of its cases, as a check's would be.
 *
 * @param probe with the facts that the input of the case declares
 * @throws Error when it is not a condition over the kind's facts
 */
export function compileCaseExpectation(
  probe: Probe,
  { expect, sample }: Pick<SelfTest, 'expect' | 'sample'>,
): CheckExpectation {
  const open: FactType = { type: 'map', of: { type: 'any' } }
  const names = {
    facts: factTypeOf(sampled(probe, sample)!.facts),
    vars: open,
    env: { type: 'map', of: { type: 'string' } },
    inputs: open,
    profile: { type: 'string' },
  } as const
  const problems = new Problems()
  const that = expressionCompiler(names).compile({ text: expect, at: () => nowhere }, problems)
  const [problem] = problems.found()
  if (that?.type !== 'bool')
    throw new Error(`its expectation cannot be judged: ${problem?.message ?? 'it is neither true nor false'}`)
  return { that, message: undefined, isTransient: false }
}

/**
 * A check of one case, as if a pack had declared it: it takes the same way through the scheduler, its limits and the
 * judge.
 *
 * @param probe with the facts that the input of the case declares
 */
export function caseDefinition(
  id: string,
  probe: Probe,
  { meets, timeout }: SelfTestCase,
  { input }: SelfTestSubject,
  { expectation, sample }: { readonly expectation: CheckExpectation; readonly sample: Sampling | undefined },
  folder: string,
): CheckDefinition {
  return {
    id,
    system: 'selftest',
    title: meets,
    why: '',
    severity: 'blocker',
    class: 'code',
    profiles: [],
    stage: 'toolchain',
    needs: [],
    when: undefined,
    applies: undefined,
    probe: { kind: probe.kind, input: { references: [], resolve: () => input }, facts: probe.facts },
    expect: [expectation],
    warn: [],
    waivable: false,
    isIndependent: true,
    hasAddedGuard: false,
    timeout: timeout ?? Math.max(patience, probe.defaultTimeout),
    sample,
    retry: { attempts: 1, delay: 0 },
    fix: '',
    remedy: undefined,
    runbook: undefined,
    docs: undefined,
    source: '',
    position: nowhere,
    folder,
    inputs: [],
    variables: [],
    references: [],
    digest: '',
  }
}
