import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

/** A result that is right in all else. */
function resultWith(facts: string): string {
  const document = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../golden/every-status.1.json.txt'), 'utf8'),
  ) as ResultDocument
  const [first, ...others] = document.checks
  return JSON.stringify({ ...document, checks: [{ ...first, facts: { json: '@' } }, ...others] }).replace('"@"', facts)
}

describe.concurrent('a bomb ends with a message and exit code 3 or 2, never 70', () => {
  const bomb = `a: ${'["]",'.repeat(50_000)}`
  const pack =
    'stage: config\nchecks:\n  one:\n    title: one is so\n    severity: high\n    class: config\n    env: { name: REGION }\n    expect: [{ that: facts.set }]\n    fix: set REGION\n'
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

  it.each<[string, string, readonly string[], string]>([
    ['a pack', 'packs/site/a.yaml', ['validate'], bomb],
    ['a selection', 'packs/selection.yaml', ['validate'], bomb],
    ['a deployment file', 'preflight.yaml', ['run'], bomb],
    ['waivers', 'waivers.yaml', ['run', '--waivers', 'waivers.yaml'], bomb],
    ['a runbook', 'books/site/go.yaml', ['runbook', 'list', '--runbooks', 'books'], bomb],
    ['parameters of runbooks', 'books/site/parameters.yaml', ['runbook', 'list', '--runbooks', 'books'], bomb],
    ['a compose file', 'compose.yaml', ['run', '--env-compose', 'compose.yaml#bus'], bomb],
    ['a manifest', 'k8s.yaml', ['run', '--env-k8s', 'k8s.yaml#bus'], bomb],
    ['a lock', 'preflight.lock', ['run'], deep],
    [
      'a lock with depths in its place',
      'preflight.lock',
      ['run'],
      `{"schemaVersion":2,"inputs":{"a":{"value":${deep}}}}`,
    ],
    ['a result', 'result.json', ['report', 'result.json'], deep],
    ['a result with depths in its facts', 'result.json', ['diff', 'result.json', 'result.json'], resultWith(deep)],
    [
      'a result with fewer depths in its facts',
      'result.json',
      ['report', 'result.json', '--format', 'tap'],
      resultWith(`${'['.repeat(2000)}${']'.repeat(2000)}`),
    ],
    ['an attestation', 'attestation.json', ['verify', 'attestation.json', '--key', 'key.pem'], deep],
  ])('as %s', async (_, file, args, text) => {
    const cwd = folderOf({
      'packs/site/a.yaml': pack,
      'preflight.yaml': 'checks: [packs]\n',
      'books/site/go.yaml': 'title: go\nsteps: []\n',
      [file]: text,
    })
    const definitions = args[0] === 'report' || args[0] === 'diff' || args[0] === 'verify' ? [] : ['--no-builtin']
    const ended = await preflight([...args, ...definitions], { cwd })
    expect([2, 3], ended.stderr.slice(0, 500)).toContain(ended.exitCode)
    expect(ended.stderr).not.toContain('bug')
  })
})
