import { join } from 'node:path'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { differenceOf, type Side } from '../../../src/incidents/compare-incidents.js'
import { takeSnapshot } from '../../../src/incidents/snapshot/snapshot-deployment.js'
import { bundleVerdictText, capturedText, incidentText } from '../../../src/incidents/text/incident-text.js'
import { incidentDifferenceText } from '../../../src/incidents/text/incident-difference-text.js'
import { buildIncident } from '../../../src/incidents/build-incident.js'
import type { Incident } from '../../../src/incidents/incident.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { parts } from '../../checks/deployment.js'
import { checkResult, resultOf } from '../documents.js'
import { expectGolden } from '../../runbooks/render/golden.js'

const style = { chalk: new Chalk({ level: 0 }), width: 100 }
const golden = (name: string): string => join(import.meta.dirname, '../../runbooks/text/golden', `incident-${name}.txt`)

const document = resultOf([
  checkResult('demo/datastores/redis', {
    status: 'fail',
    class: 'dependency',
    message: 'refused \u001B[2J by the server',
    facts: { version: '6.2.1' },
  }),
  checkResult('demo/gates/tests', {
    status: 'error',
    severity: 'critical',
    class: 'code',
    message: 'it crashed',
    facts: { commandLine: 'pytest -q' },
  }),
  checkResult('demo/runtime/storage', { status: 'blocked', blockedBy: 'demo/datastores/redis' }),
])

function incidentOf(result: ResultDocument): Incident {
  return buildIncident({
    id: 'incident-20260102T030410Z-eu-west-3f9a1c',
    toolVersion: '0.0.0',
    capturedAt: '2026-01-02T03:04:10.000Z',
    source: 'run',
    document: result,
    lastGood: undefined,
    evidence: [
      {
        name: 'demo-status',
        kind: 'page',
        title: 'the status page',
        state: 'gathered',
        message: 'the first 4 KiB',
        durationMs: 3,
        file: 'evidence/demo-status.json',
      },
      {
        name: 'demo-redis',
        kind: 'redis-info',
        title: 'what Redis says of itself',
        state: 'failed',
        message: 'connection refused',
        durationMs: 3,
        file: null,
      },
    ],
    notes: [],
    options: [],
  })
}

const incident = incidentOf(document)
const snapshot = takeSnapshot(parts({ PORT: '9100', MODE: 'strict' }))
const bundle = {
  name: incident.id,
  source: 'archive' as const,
  files: new Map([['summary.md', Buffer.from('x')]]),
  manifest: undefined,
}
const side = (name: string, result: ResultDocument): Side => ({
  name,
  incident: incidentOf(result),
  result,
  snapshot,
  problems: [],
})

describe('what is said of an incident', () => {
  it('when it was captured', () => {
    expectGolden(
      golden('captured'),
      capturedText(
        {
          incident,
          folder: '/srv/in\u001B[2Jcidents/one',
          archive: '/srv/incidents/one.tar.gz',
          archiveSha256: 'ab'.repeat(32),
        },
        style,
      ),
    )
  })

  it('when it is shown', () => {
    expectGolden(
      golden('shown'),
      incidentText(
        { incident, bundle, result: document, snapshot, problems: ['summary.md is not what was written'] },
        style,
      ),
    )
  })

  it.each([
    ['clean', { problems: [], leaks: [] }],
    ['leaking', { problems: ['summary.md is missing'], leaks: [{ name: 'TOKEN', file: 'result.json' }] }],
    ['unsearched', { problems: [], leaks: undefined }],
  ])('when it is verified: %s', (name, verdict) => {
    expectGolden(
      golden(`verified-${name}`),
      bundleVerdictText(
        { name: incident.id, files: 7, notSearched: name === 'clean' ? ['PIN'] : [], ...verdict },
        style,
      ),
    )
  })

  it('when two are compared', () => {
    const after = resultOf([
      checkResult('demo/datastores/redis', {
        status: 'fail',
        class: 'dependency',
        message: 'read-only',
        facts: { version: '7.0.15' },
      }),
      checkResult('demo/config/mode', { status: 'fail', message: 'mode is turbo' }),
    ])
    const text = incidentDifferenceText(differenceOf(side('before', document), side('after', after)), style)
    expect(text).toContain('Newly failing (1)\n  ✖ demo/config/mode')
    expect(text).toContain('No longer failing (1)\n  ✔ demo/gates/tests')
    expect(text).toContain('version: 6.2.1 → 7.0.15')
    expect(text).toContain('is fail: read-only')
  })

  it('when one is compared with a snapshot alone', () => {
    const difference = differenceOf(
      { name: 'good.json', incident: undefined, result: undefined, snapshot, problems: [] },
      side('after', document),
    )
    expect(difference.newlyFailing.map(({ id }) => id)).toEqual(['demo/datastores/redis', 'demo/gates/tests'])
    expect(incidentDifferenceText(difference, style)).toContain('good.json  a snapshot taken')
  })
})

it('lets no escape from outside reach the terminal', () => {
  for (const text of [
    capturedText({ incident, folder: '/srv/\u001B[2J', archive: '', archiveSha256: '' }, style),
    incidentText({ incident, bundle, result: document, snapshot, problems: ['\u001B[2J'] }, style),
  ]) {
    expect(text).not.toContain('\u001B')
  }
})
