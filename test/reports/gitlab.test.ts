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
        .refine((path) => !/^(?:\.{0,2}\/|[A-Za-z]:)/.test(path), 'not relative to the root of the repository'),
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

it('points to the deployment file where a file is outside the repository, which GitLab cannot show', async () => {
  const document = new Map(await everyDocument()).get('every-status')!
  for (const file of ['/etc/bus/prod.env', '../prod.env', 'sub/../../prod.env']) {
    const checks = document.checks.map((check) =>
      check.id === 'demo/config/fails' ? { ...check, subject: { file, line: 7, variable: 'REGION' } } : check,
    )
    const issues = schema.parse(JSON.parse(reporter.render({ ...document, checks }, fileStyle)))
    // The definition of the check is in the repository.
    expect(issues.find(({ check_name: name }) => name === 'demo/config/fails')?.location.path).toBe(
      'checks/demo/a.yaml',
    )
  }
  const elsewhere = document.checks.map((check) => ({
    ...check,
    subject: undefined,
    definition: { file: '/srv/a.yaml', line: 3, column: 1 },
  }))
  const issues = schema.parse(JSON.parse(reporter.render({ ...document, checks: elsewhere }, fileStyle)))
  expect(new Set(issues.map(({ location }) => location.path))).toEqual(new Set(['preflight.yaml']))
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
