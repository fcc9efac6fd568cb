import { describe, expect, it } from 'vitest'
import { blankOf, factTypeOf } from '../../../src/base/facts.js'
import { suggestCheck } from '../../../src/checks/single-probe/suggested-check.js'
import { expressionCompiler } from '../../../src/definitions/expression/compile-expression.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

async function suggested(kind: string, input: object, facts: object) {
  const probe = await probeRegistry.load(kind)
  const compiler = expressionCompiler({ facts: factTypeOf(probe.facts) })
  const blank = blankOf(probe.facts)
  return suggestCheck(probe, input, { compiler, scope: { facts: { ...blank, ...facts } } })
}

describe('the check that is suggested for what was observed', () => {
  it('has the guard and the examples that hold', async () => {
    const problem = { code: 'none', class: 'dependency', transient: false, detail: '' }
    const check = await suggested('tcp', { address: 'h:1' }, { problem, open: true, reached: 'connect' })
    expect(check).toMatchObject({ stage: 'runtime', title: 'a port is open', class: 'dependency' })
    expect(check.expect).toEqual([
      { that: 'facts.problem.code == "none"', holds: true },
      { that: 'facts.open', holds: true },
    ])
  })

  it('marks what is not so now, and expects no problem', async () => {
    const problem = { code: 'connection-refused', class: 'dependency', transient: true, detail: '' }
    const { expect: expectations } = await suggested('tcp', { host: 'h', port: 1 }, { problem, open: false })
    expect(expectations).toEqual([
      { that: 'facts.problem.code == "none"', holds: false },
      { that: 'facts.open', holds: false },
    ])
  })

  it('takes the main facts as they are where no example holds', async () => {
    const check = await suggested(
      'file',
      { path: '/x' },
      { exists: true, refusal: 'none', kind: 'folder', readableByOthers: true },
    )
    expect(check.expect.map(({ that }) => that)).toEqual([
      'facts.exists',
      'facts.refusal == "none"',
      'facts.kind == "folder"',
    ])
    expect(check).toMatchObject({ stage: 'config', title: 'file is as expected' })
  })

  it.each(probeRegistry.names())('%s: has an expectation where nothing was observed', async (kind) => {
    const probe = await probeRegistry.load(kind)
    expect(suggestCheck(probe, probe.examples[0]?.input).expect.length).toBeGreaterThan(0)
  })
})
