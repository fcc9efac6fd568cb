import { describe, expect, it } from 'vitest'
import { redactedDocument, redactedValue } from '../../src/incidents/bundle-redactor.js'
import { createRedactor } from '../../src/redaction/redact.js'
import { resultDocumentSchema } from '../../src/checks/result/report.js'
import { checkResult, resultOf } from './documents.js'

const secret = 'Zk3qP9xV7tR2mW8yB4nL6cD1'
const redactor = (...values: readonly string[]) =>
  createRedactor(values.map((value, index) => ({ name: `S${index}`, value, exposure: 'secret' as const })))

describe('a result redacted by what is known now', () => {
  it('shows a secret nowhere, whichever text holds it', () => {
    const check = checkResult(`demo/config/${secret}`, {
      title: secret,
      status: 'fail',
      message: secret,
      why: secret,
      fix: secret,
      source: secret,
      facts: { deep: [{ value: secret }], [secret]: 1 },
      failedExpectations: [{ that: secret, message: secret, values: { [secret]: secret } }],
      waiver: { reason: secret, owner: secret, ticket: secret, expires: '2026-01-01' },
      blockedBy: `demo/${secret}`,
      needs: [`demo/${secret}`],
      definition: { file: secret, line: 1 },
      subject: { file: secret, line: 1, variable: secret },
    })
    const result = resultOf([check], {
      notices: [secret],
      diagnostics: [{ file: secret, line: 1, column: 1, code: 'x', message: secret, hint: secret }],
    })
    const redacted = redactedDocument(
      {
        ...result,
        run: {
          ...result.run,
          host: secret,
          deployment: secret,
          git: { commit: secret, dirty: true },
          selection: { selectors: [secret], stages: [], skipped: [secret], deselectedIds: [secret] },
        },
      },
      redactor(secret),
    )
    expect(JSON.stringify(redacted)).not.toContain(secret)
    expect(resultDocumentSchema.safeParse(redacted).success).toBe(true)
  })

  it.each(['advisory', 'dependency', 'incomplete', 'not-applicable', 'preflight', 'complete'])(
    'remains a result where a variable holds %s',
    (word) => {
      const result = resultOf([
        checkResult('demo/config/a', { status: 'warn', severity: 'advisory', class: 'dependency' }),
        checkResult('demo/config/b', { status: 'not-applicable' }),
      ])
      expect(redactedDocument(result, redactor(word))).toMatchObject({
        state: 'complete',
        checks: [{ severity: 'advisory', class: 'dependency' }, { status: 'not-applicable' }],
      })
    },
  )
})

it('keys from outside that show a token are named by a number, the others stay', () => {
  const token = `ghp_0123456789abcdefABCDEF0123456789abcd`
  expect(redactedValue({ sessions: { [token]: { n: 1 }, [secret]: 2, open: 3 } }, redactor(secret))).toEqual({
    sessions: { '[redacted] 1': { n: 1 }, '[redacted] 2': 2, open: 3 },
  })
})
