import { randomBytes } from 'node:crypto'
import { passedOnVariable } from '../../../base/own-environment.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { basicEnvironment } from '../../../processes/program-environment.js'
import type { RunSettings } from './run-input.js'

/** The variable by which all that a step started is found again, also what left its parents behind. */
export const stepMark = 'PREFLIGHT_STEP_MARK'

/**
 * All that a step's program finds in its environment.
 *
 * @throws NotPerformedError for a value that no environment can hold; what `spawn` says of it would quote the value
 */
export function environmentOf({ environment, inherit, clean }: RunSettings): Record<string, string> {
  const passedOn = inherit.flatMap((name): [string, string][] => {
    const value = passedOnVariable(name)
    return value === undefined ? [] : [[name, value]]
  })
  const given = Object.entries(environment).map(([name, value]): [string, string] => [name, value.reveal()])
  const unfit = given.find(([, value]) => value.includes('\0'))
  if (unfit !== undefined)
    throw new NotPerformedError(`the value of ${unfit[0]} holds a NUL character, which no environment can`)
  return {
    ...(clean ? {} : basicEnvironment()),
    ...Object.fromEntries([...passedOn, ...given]),
    [stepMark]: randomBytes(12).toString('hex'),
  }
}

/** The `PATH` that its program is looked for on; the empty string without one. */
export function searchPathOf({ environment, inherit, clean }: RunSettings): string {
  const given = environment['PATH']?.reveal() ?? (inherit.includes('PATH') ? passedOnVariable('PATH') : undefined)
  return given ?? (clean ? '' : (basicEnvironment()['PATH'] ?? ''))
}
