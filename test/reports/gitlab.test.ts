import { expect, it } from 'vitest'
import { z } from 'zod'
import { reporter } from '../../src/reports/gitlab.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

/** What GitLab's documentation requires of each entry (https://docs.gitlab.com/ci/testing/code_quality/). */
const schema = z.array(
  z.object({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.object({
      path: z
        .string()
        .min(1)
        .refine((path) => !path.startsWith('./')),
      lines: z.object({ begin: z.int().min(1) }),
    }),
  }),
)

const render = async (spec: string) =>
  schema.parse(JSON.parse(reporter.render(new Map(await everyDocument()).get(spec)!, fileStyle)))

it('has every field that GitLab requires, and fingerprints of its own', async () => {
  for (const [name, document] of await everyDocumentAndHostileOnes()) {
    const issues = schema.parse(JSON.parse(reporter.render(document, fileStyle)))
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size, name).toBe(issues.length)
  }
})

it('is empty only for a plain go: an empty report reads as one', async () => {
  for (const [name, document] of await everyDocument()) {
    const issues = schema.parse(JSON.parse(reporter.render(document, fileStyle)))
    const isPlainGo = document.verdict === 'go' && document.counts.deselected === 0 && document.counts.waived === 0
    expect(issues.length === 0, name).toBe(isPlainGo)
    expect(
      issues.some(({ severity }) => severity === 'blocker'),
      name,
    ).toBe(document.exitCode !== 0)
  }
})

it('points to the line of the environment file, else to the definition', async () => {
  const issues = await render('every-status')
  const at = (id: string) => issues.find(({ check_name: name }) => name === id)?.location
  expect(at('demo/config/fails')).toEqual({ path: 'production.env', lines: { begin: 7 } })
  expect(at('demo/config/crashes')).toEqual({ path: 'checks/demo/a.yaml', lines: { begin: 1 } })
})

it('a warning is minor, a waived failure and a go for a part are information', async () => {
  expect(
    (await render('every-status')).find(({ check_name: name }) => name === 'demo/config/soft-fails'),
  ).toMatchObject({ severity: 'minor' })
  expect(await render('waived')).toMatchObject([
    { check_name: 'preflight/notice', severity: 'info' },
    { check_name: 'demo/config/fails', severity: 'info' },
  ])
  expect(await render('go-of-a-part')).toMatchObject([{ check_name: 'preflight/verdict', severity: 'info' }])
})
