import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CheckResult, ResultDocument } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/html.js'
import { hostileDocument, manyChecks } from '../e2e/html/hostile.js'
import { specs } from '../golden/specs.js'

const options = { colour: false, width: 80 }
const everyStatus = await specs['every-status']!()

/** What is between the tags, for looking at sentences. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

function withChecks(change: Partial<CheckResult>): ResultDocument {
  return { ...everyStatus, checks: everyStatus.checks.map((check) => ({ ...check, ...change })) }
}

describe('the page', () => {
  it('shows the verdict and the exit code of its document, whatever its checks say', () => {
    const contradiction: ResultDocument = { ...everyStatus, verdict: 'no-go', exitCode: 4, checks: [] }
    expect(textOf(reporter.render(contradiction, options))).toContain('NO-GO exit 4')
  })

  it.each([
    ['go', 'GO exit 0 All checks of this profile were selected, and nothing in it stops the release.'],
    [
      'go-of-a-part',
      'GO FOR A PART ONLY exit 0 The checks that ran are green. 4 of 5 checks did not run; this is not a go for a release.',
    ],
    ['waived', 'One check failed and is waived.'],
    ['every-status', 'NO-GO exit 1 At least one check failed. Do not deploy this release as it is.'],
    ['nothing-observed', 'NO-GO exit 3 Nothing was observed. It proves nothing.'],
    ['invalid', 'NO-GO exit 3 Nothing ran: 2 problems to fix first.'],
    [
      'not-evaluated',
      'NO-GO exit 4 Nothing failed, but not everything could be evaluated. An unknown result is not green.',
    ],
    ['warnings-count', 'NO-GO exit 5 Warnings count (--fail-on-warn).'],
    ['gap', 'NO-GO exit 70 The counts do not add up: this is a bug in preflight. Trust nothing in this report.'],
    ['interrupted', 'INCOMPLETE exit 130 The run did not end, so it proves nothing. It was interrupted.'],
  ])('says what %s means', async (spec, sentence) => {
    expect(textOf(reporter.render(await specs[spec]!(), options))).toContain(sentence)
  })

  it('says with the verdict what is to be known of the run as a whole', () => {
    const noticed: ResultDocument = {
      ...everyStatus,
      notices: ['this is <not> the locked selection'],
      run: { ...everyStatus.run, lock: { digest: 'ab'.repeat(32), state: 'other-selection' } },
    }
    const text = textOf(reporter.render(noticed, options))
    expect(text).toMatch(
      /as it is\. this is &lt;not&gt; the locked selection .*Lock not the locked selection abababababab /,
    )
    expect(textOf(reporter.render(everyStatus, options))).not.toContain('Lock')
  })

  it('calls a run that has not ended incomplete', () => {
    const running: ResultDocument = {
      ...everyStatus,
      state: 'incomplete',
      verdict: null,
      exitCode: null,
      checks: [],
      run: { ...everyStatus.run, finishedAt: null, durationMs: null },
    }
    expect(textOf(reporter.render(running, options))).toContain('INCOMPLETE no exit code The run did not end')
  })

  it('says of every cause what was found, what to do, and why', () => {
    const text = textOf(reporter.render(everyStatus, options))
    for (const check of everyStatus.checks.filter(({ status }) => status === 'fail')) {
      for (const part of [
        check.title,
        check.fix,
        check.why,
        check.source,
        ...check.failedExpectations.map(({ message }) => message.split('\u001B')[0] ?? ''),
      ])
        expect(text).toContain(part.replaceAll('"', '&quot;'))
    }
  })

  it('names every check, every one that was left out, and every problem', async () => {
    const text = (spec: ResultDocument): string => textOf(reporter.render(spec, options).replaceAll('<wbr>', ''))
    for (const { id } of everyStatus.checks) expect(text(everyStatus)).toContain(id)
    expect(text(await specs['go-of-a-part']!())).toMatch(
      /Skipped with --skip \(2\).*a, b.*Not selected \(2\).*demo\/runtime/,
    )
    expect(text(await specs['invalid']!())).toMatch(/config\.yaml :3:5|config\.yaml:3:5/)
  })

  it('allows only its own script and style, by their digests', () => {
    const page = reporter.render(everyStatus, options)
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
    expect(policy).toContain('default-src &#39;none&#39;')
    expect(policy).not.toContain('unsafe')
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const bodies = [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((match) => match[1] ?? '')
      expect(bodies).toHaveLength(1)
      expect(policy).toContain(
        `${directive} &#39;sha256-${createHash('sha256')
          .update(bodies[0] ?? '')
          .digest('base64')}&#39;`,
      )
    }
    expect(page).not.toMatch(/\s(?:on\w+|style|src|srcset|action)=/)
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)|@import|url\(/)
  })

  it('is the same for the same document, whatever the terminal', () => {
    expect(reporter.render(everyStatus, { colour: true, width: 40 })).toBe(
      reporter.render(structuredClone(everyStatus), options),
    )
  })

  it('holds no tag and no control character that a document brings along', () => {
    const tags = (page: string): Set<string> =>
      new Set([...page.matchAll(/<([a-z!][\w-]*)/gi)].map((match) => match[1] ?? ''))
    const page = reporter.render(hostileDocument(), options)
    expect([...tags(page)].filter((tag) => !tags(reporter.render(everyStatus, options)).has(tag)).toSorted()).toEqual(
      [],
    )
    expect(page.match(/<script>/g)).toHaveLength(1)
    expect(page).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/)
  })

  it('stays of a size that can be opened when servers say very much', () => {
    const page = reporter.render(
      manyChecks(1000, { status: 'fail', message: 'm'.repeat(100_000), facts: { body: '<'.repeat(100_000) } }),
      options,
    )
    expect(page.length).toBeLessThan(12_000_000)
    expect(page).toContain('characters more, in the result document')
  })

  it('says of a check that was never started that it was not', () => {
    expect(textOf(reporter.render(withChecks({ startedAt: null }), options))).toContain('never started')
  })
})
