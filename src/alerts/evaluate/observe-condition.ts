import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.js'
import { greenStatuses } from '../../base/vocabulary.js'
import type { Outcome } from '../../checks/check-event.js'
import type { CheckDefinition } from '../../checks/definition.js'
import type { Expression, ExpressionScope } from '../../definitions/expression/expression.js'
import { withoutConcealed, withReasons, type Facts } from '../../engine/plain-facts.js'
import type { AlertCondition, GrowthCondition, StatusCondition } from '../alert-definition.js'
import type { ConditionAnswer, ConditionReading, Figure, GrowthSample } from './condition-reading.js'

/** What a round found, by the id of the check. */
interface RoundOfChecks {
  readonly outcomes: ReadonlyMap<string, Outcome>
  definitionOf(check: string): CheckDefinition | undefined
  /** What expressions about a check see, facts aside. */
  scopeOf(check: CheckDefinition): ExpressionScope
  readonly profile: string
}

/** A reading, and for one of growth the sample that history judges. */
export interface ObservedCondition {
  readonly reading: ConditionReading
  readonly sample: GrowthSample | undefined
}

/** Reads a condition off a round of checks. Pure: history is not looked at. */
export function observeCondition(condition: AlertCondition, round: RoundOfChecks): ObservedCondition {
  const outcome = round.outcomes.get(condition.check)
  const definition = round.definitionOf(condition.check)
  const blank = { check: condition.check, value: undefined, limit: undefined, unit: '' }
  if (outcome === undefined || definition === undefined)
    return {
      reading: {
        ...blank,
        status: 'not-asked',
        answer: 'unknown',
        message: `the check is not part of the profile ${round.profile}`,
      },
      sample: undefined,
    }
  const base = { ...blank, status: outcome.status }
  const seen = new SeenFacts(outcome, round.scopeOf(definition))
  if (condition.kind === 'growth') return observeGrowth(condition, outcome, seen, base, needsText(definition, round))
  const { answer, message } = answerOf(condition, outcome, needsText(definition, round))
  const { figure } = condition
  const isSeen = answer === 'holds' || answer === 'does-not-hold'
  if (figure === undefined || !isSeen) return { reading: { ...base, answer, message }, sample: undefined }
  const value = seen.figure(figure.value)
  const limit = figure.limit === undefined ? undefined : seen.figure(figure.limit)
  return { reading: { ...base, answer, message, value, limit, unit: figure.unit }, sample: undefined }
}

type Answer = Pick<ConditionReading, 'answer' | 'message'>

const answered = (answer: ConditionAnswer, message: string): Answer => ({ answer, message })

function unobserved(message: string, needs: string): Answer {
  return answered('unknown', `could not be observed${message === '' ? '' : `: ${message}`}${needs}`)
}

/**
 * Whether the outcome is one that fires. Where the peer was not reached, and where it was never asked, nothing of what
 * the check is about was seen: that fires only where silence is the alarm, and a name without an address never does.
 */
function answerOf({ on }: StatusCondition, outcome: Outcome, needs: string): Answer {
  const { status, message, facts } = outcome
  switch (status) {
    case 'pass':
      return answered('does-not-hold', message)
    case 'warn':
      return answered(on.has('warn') ? 'holds' : 'does-not-hold', message)
    case 'fail': {
      if (!hasProblem(facts)) return answered(on.has('fail') ? 'holds' : 'does-not-hold', message)
      const isSilenceAlarm = on.has('fail') && on.has('timeout')
      if (facts['reached'] === 'none') return unobserved(`nothing was asked: ${message}`, needs)
      return isSilenceAlarm ? answered('holds', message) : unobserved(message, needs)
    }
    case 'timeout': {
      if (outcome.isUnreached === true) return unobserved(`nothing was asked: ${message}`, needs)
      return on.has('timeout') ? answered('holds', message) : unobserved(message, needs)
    }
    case 'not-applicable':
      return answered('does-not-apply', `does not apply: ${message}`)
    default:
      return unobserved(message, needs)
  }
}

function hasProblem({ problem }: Facts): boolean {
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code !== 'none'
}

/** What a check needs and the same round found not green, as an addition to a message. */
function needsText({ needs }: CheckDefinition, { outcomes }: RoundOfChecks): string {
  const red = needs.flatMap((id) => {
    const status = outcomes.get(id)?.status
    return status === undefined || greenStatuses.has(status) ? [] : [`${id} is ${status}`]
  })
  return red.length === 0 ? '' : ` (it needs what is not green: ${red.join(', ')})`
}

/** The largest whole number is what kinds give where the figure is unknown. */
const unknownFigure = Number.MAX_SAFE_INTEGER

function observeGrowth(
  condition: GrowthCondition,
  outcome: Outcome,
  seen: SeenFacts,
  base: Omit<ConditionReading, 'answer' | 'message'>,
  needs: string,
): ObservedCondition {
  const { unit } = condition
  const without = ({ answer, message }: Answer): ObservedCondition => ({
    reading: { ...base, answer, message, unit },
    sample: undefined,
  })
  if (outcome.status === 'not-applicable')
    return without(answered('does-not-apply', `does not apply: ${outcome.message}`))
  // What a limit of the check says does not matter: the figure was seen.
  const isSeen = ['pass', 'warn', 'fail'].includes(outcome.status) && !hasProblem(outcome.facts)
  if (!isSeen) return without(unobserved(outcome.message, needs))
  const figure = seen.figure(condition.figure)
  const process = seen.figure(condition.process)
  if (typeof figure !== 'number' || figure >= unknownFigure || process === undefined || process === '')
    return without(unobserved(seen.problem || 'the system does not show the figure', needs))
  return {
    reading: { ...base, answer: 'unknown', message: '', value: figure, unit },
    sample: { process: createHash('sha256').update(String(process)).digest('hex'), figure },
  }
}

/** The facts of an outcome, without those that say nothing. */
class SeenFacts {
  readonly #scope: ExpressionScope
  /** Why the last figure is unknown. */
  problem = ''

  constructor({ facts, concealed = {} }: Outcome, scope: ExpressionScope) {
    this.#scope = withReasons({ ...scope, facts: withoutConcealed(facts, concealed) }, concealed)
  }

  /** What an expression gives; `undefined` where it cannot be evaluated, or gives what cannot be shown. */
  figure(expression: Expression): Figure | undefined {
    try {
      const value = expression.evaluate(this.#scope)
      if (typeof value === 'string' || typeof value === 'boolean') return value
      if (typeof value === 'number' && Number.isFinite(value)) return value
      this.problem = `${expression.source} is neither text nor a number`
    } catch (error) {
      this.problem = messageOf(error)
    }
    return undefined
  }
}
