import { join } from 'node:path'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { resultHistoryJson, resultHistoryText } from '../../../src/checks/text/history-text.js'
import type { ResultEntry, ResultHistory } from '../../../src/checks/history/history.js'
import { specs } from '../../golden/specs.js'
import { expectGolden } from '../../runbooks/render/golden.js'

const style = { chalk: new Chalk({ level: 0 }), width: 80 }

async function historyOf(names: readonly string[], further = 0): Promise<ResultHistory> {
  const documents = await Promise.all(names.map((name) => specs[name]!()))
  const entries = documents.map((document, index): ResultEntry => ({
    id: `${index}a-full-id`,
    shortId: `${index}a`,
    document,
    problem: '',
  }))
  return {
    entries: [
      ...entries,
      { id: 'ff-full-id', shortId: 'ff', document: undefined, problem: 'the result \u001B[2Jff.json is not JSON' },
    ],
    further,
  }
}

describe('the list of kept results', () => {
  it('says of each how it ended and what of it was judged', async () => {
    expectGolden(
      join(import.meta.dirname, '../../runbooks/text/golden/history.txt'),
      resultHistoryText(
        await historyOf(['go', 'go-of-a-part', 'every-status', 'not-evaluated', 'nothing-observed']),
        style,
      ),
    )
  })

  it('says plainly when there are none, and when there are more', async () => {
    expect(resultHistoryText({ entries: [], further: 0 }, style)).toMatch(/^No results are kept\./)
    expect(resultHistoryText(await historyOf(['go'], 3), style)).toContain('2 of 5 results; ')
  })

  it('is the same for programs', async () => {
    const { results, further } = JSON.parse(resultHistoryJson(await historyOf(['every-status'], 3))) as {
      results: readonly object[]
      further: number
    }
    expect(further).toBe(3)
    expect(results).toMatchObject([
      {
        id: '0a-full-id',
        verdict: 'no-go',
        exitCode: 1,
        deployment: 'eu-west',
        profile: 'prod',
        host: 'ops-1',
        counts: { fail: expect.any(Number) as number },
        selection: { selectors: [] },
      },
      { id: 'ff-full-id', problem: expect.stringContaining('is not JSON') as string },
    ])
    expect(resultHistoryJson({ entries: [], further: 0 })).toBe('{\n  "results": [],\n  "further": 0\n}\n')
  })
})
