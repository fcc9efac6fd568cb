/** What to write instead, for mistakes that are made before the vocabulary is known. No hint quotes a value. */

const operators: readonly (readonly [RegExp, string])[] = [
  [/\$\{\{/, 'an expression is written here without ${{ and }}'],
  [/[=!]==/, 'two values are compared with == or !=, of two characters'],
  [/(?<![=!<>])=(?![=~])/, 'two values are compared with ==, not ='],
  [/<>/, '"not equal" is written !='],
  [/(?<!\.)\band\b/i, '"and" is written &&'],
  [/(?<!\.)\bor\b/i, '"or" is written ||'],
  [/(?<!\.)\bnot\b/i, '"not" is written !, as in !facts.empty'],
  [/(?<!\.)\bis\b/i, 'two values are compared with =='],
]

/** For an expression that cannot be parsed. */
export function expressionHint(text: string): string | undefined {
  const withoutTexts = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
  return operators.find(([mistake]) => mistake.test(withoutTexts))?.[1]
}

/** Words of other tools, and what they are here. */
const synonyms: Readonly<Record<string, string>> = {
  fatal: 'blocker',
  block: 'blocker',
  error: 'critical',
  major: 'high',
  medium: 'high',
  warn: 'advisory',
  warning: 'advisory',
  minor: 'advisory',
  low: 'advisory',
  info: 'advisory',
  notice: 'advisory',
  production: 'prod',
  int: 'integer',
  bool: 'boolean',
  text: 'string',
}

/** For a word that is not among those that are accepted. */
export function wordHint(word: string, accepted: readonly string[]): string | undefined {
  const key = word.toLowerCase()
  const meant = Object.hasOwn(synonyms, key) ? synonyms[key] : undefined
  return meant !== undefined && accepted.includes(meant)
    ? `did you mean ${meant}? accepted: ${accepted.join(', ')}`
    : undefined
}

const durations: ReadonlySet<string> = new Set(['timeout', 'delay', 'deadline', 'every'])

/** For a value of the wrong type, where the key says more than the type. */
export function typeHint(key: string, expected: string, found: unknown): string | undefined {
  if (durations.has(key) && typeof found === 'number')
    return `a duration has a unit: ${found}s, ${found}ms or ${found}m`
  if (key === 'when' && typeof found === 'boolean')
    return 'an expression, such as when: profile == "prod"; without `when` it always applies'
  if (expected === 'array' && typeof found === 'string')
    return 'write a list: `- ` before each item, or [ and ] around them'
  return undefined
}

const keysOfSteps: Readonly<Record<string, string>> = {
  run: 'a program that a check runs is `command`; `run` is a step of a runbook',
  wait: '`wait` is a step of a runbook; a check tries again with `retry`',
  manual: '`manual` is a step of a runbook',
  steps: '`steps` belong to a runbook, a file of its own below `runbooks`',
  undo: '`undo` belongs to a step of a runbook: a check changes nothing',
  effect: '`effect` belongs to a step of a runbook: a check changes nothing',
  verify: '`verify` belongs to a step of a runbook; a check has `expect`',
  capture: '`capture` belongs to a step of a runbook',
  parameters: '`parameters` belong to a runbook; a check reads `inputs` of its pack',
  id: 'the name of a check is its key under `checks`',
  name: 'the name of a check is its key under `checks`',
  assert: 'what must hold is under `expect`',
  if: 'a condition is under `when`',
}

/** For an unknown key of a check. */
export function checkKeyHint(key: string): string | undefined {
  return Object.hasOwn(keysOfSteps, key) ? keysOfSteps[key] : undefined
}

const keysOfChecks: Readonly<Record<string, string>> = {
  command: 'a program that a step runs is `run`; the probe of a check is written `probe: { command: { … } }` here',
  name: 'the name of a step is its `id`',
  severity: '`severity` belongs to a check',
  class: '`class` belongs to a check',
  fix: '`fix` belongs to a check; the `title` of a step says what it does',
  why: '`why` belongs to a check',
  checks: '`checks` belong to a file below `checks`; a step `check` runs those that it selects',
  if: 'a condition is under `when`',
}

/** For an unknown key of a step. @param probes kinds of probes, which a step takes inside `probe` and `wait` */
export function stepKeyHint(key: string, probes: readonly string[]): string | undefined {
  if (Object.hasOwn(keysOfChecks, key)) return keysOfChecks[key]
  return probes.includes(key)
    ? `a step observes with \`probe: { ${key}: { … } }\`, or with \`wait: { every: 1s, ${key}: { … } }\` until it is as expected`
    : undefined
}

/** For an unknown key at the top of a file, by what the file may have. */
export function sectionHint(key: string, known: readonly string[]): string | undefined {
  if (known.includes('steps') && ['checks', 'inputs', 'variables', 'stage'].includes(key))
    return `\`${key}\` belongs to a file of checks; this is a runbook`
  if (known.includes('checks') && known.includes('evidence') && ['steps', 'parameters', 'target'].includes(key))
    return `\`${key}\` belongs to a runbook, a file of its own below \`runbooks\``
  return undefined
}
