import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadDefinitions } from '../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../src/engine/folder-registry.js'

/** What an expectation begins with that lets every problem pass to it: the guard has turned them away already. */
const excuse = /^\s*facts\.problem\.code != "none" \|\|/

it('no expectation of the packs repeats the guard before it', async () => {
  const { definitions, diagnostics } = await loadDefinitions(
    [{ folder: join(import.meta.dirname, '../../checks'), label: 'checks' }],
    probeRegistry,
    collectorRegistry,
  )
  expect(diagnostics).toEqual([])
  const repeated = [...definitions!.checks.values()].flatMap(({ id, expect: expectations }) =>
    expectations.filter(({ that }) => excuse.test(that.source)).map(({ that }) => `${id}: ${that.source}`),
  )
  expect(repeated).toEqual([])
})
