import { stringify } from 'yaml'
import { failureClasses, severities, stages } from '../../base/vocabulary.js'
import type { Probe } from '../../engine/probe.js'
import { checkFields, requiredCheckFields } from '../load/definition-schema.js'
import type { SuggestedCheck } from '../single-probe/suggested-check.js'
import { checkOf } from '../text/probe-text.js'

/** Of the optional keys, how each may be written. */
const samples: Readonly<Record<string, string>> = {
  why: 'without it no order is taken',
  profiles: '[prod, staging]',
  stage: 'datastores',
  needs: '[orders/server/other]',
  when: 'profile == "prod"',
  applies: '{ that: facts.exists, message: it is not there }',
  independent: 'true',
  waivable: 'false',
  timeout: '5s',
  retry: '{ attempts: 3, delay: 1s }',
  source: 'docs/operations.md',
}

const remarks: Readonly<Record<string, string>> = {
  title: 'a fact that is true when the check passes',
  severity: severities.join(', '),
  class: `the most likely cause of a failure: ${failureClasses.join(', ')}`,
}

/**
 * A check as lines of YAML, with every key that it must have.
 *
 * @param stage what the check has to say of its stage itself; `undefined` where its file does
 * @param indent blanks before each line
 */
export function checkLines(
  name: string,
  probe: Probe,
  suggested: SuggestedCheck,
  stage: SuggestedCheck['stage'] | undefined,
  indent: number,
): readonly string[] {
  const { title, ...more } = checkOf(probe.kind, suggested) as { readonly title: string }
  const check = stage === undefined ? { title, ...more } : { title, stage, ...more }
  const lines = stringify({ [name]: check }, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
  const remarked = lines.map((line) => {
    const key = /^ {2}(\w+): /.exec(line)?.[1]
    const remark = key === undefined ? undefined : remarks[key]
    return remark === undefined ? line : `${line} # ${remark}`
  })
  return remarked.map((line) => `${' '.repeat(indent)}${line}`)
}

function optionalLines(): readonly string[] {
  const required: readonly string[] = requiredCheckFields
  return Object.entries(checkFields)
    .filter(([key]) => !required.includes(key))
    .map(([key, schema]) => `    # ${key}: ${samples[key] ?? '…'} # ${schema.description ?? ''}`)
}

/** A file with this check; the keys that a check may have besides are in comments. */
export function checkFileText(name: string, probe: Probe, suggested: SuggestedCheck): string {
  return [
    `stage: ${suggested.stage} # ${stages.join(', ')}`,
    '# variables: # what the checks read of the environment, and which of it may be shown',
    '#   ORDERS_PORT: { reads: [integer], exposure: public }',
    'checks:',
    ...checkLines(name, probe, suggested, undefined, 2),
    ...optionalLines(),
    '',
  ].join('\n')
}
