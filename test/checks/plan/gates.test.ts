import { describe, expect, it } from 'vitest'
import { PreflightError, UsageError } from '../../../src/base/errors.js'
import { buildPlan } from '../../../src/checks/plan/build-plan.js'
import { type SelectionRequest } from '../../../src/checks/plan/plan.js'
import type { Definitions } from '../../../src/checks/definition.js'
import { definition } from '../run/builders.js'

const checks = [
  definition({ id: 'bus/toolchain/compiler', stage: 'toolchain' }),
  definition({ id: 'bus/toolchain/linker', stage: 'toolchain', needs: ['bus/toolchain/compiler'] }),
  definition({ id: 'bus/toolchain/shared', stage: 'toolchain' }),
  definition({ id: 'bus/toolchain/alone', stage: 'toolchain' }),
  definition({ id: 'bus/config/port', needs: ['bus/toolchain/shared'] }),
  definition({ id: 'bus/gates/build', stage: 'gates', needs: ['bus/toolchain/linker', 'bus/toolchain/shared'] }),
  definition({ id: 'bus/gates/test', stage: 'gates', needs: ['bus/gates/build'] }),
]
const definitions: Definitions = {
  packs: [],
  checks: new Map(checks.map((check) => [check.id, check])),
  profiles: new Map([['prod', 'prod']]),
  defaultSelection: ['bus'],
  digest: '',
}
const by = 'gates: false, preflight.yaml:7'

function planned(over: Partial<SelectionRequest> = {}) {
  const given = over.given ?? []
  const request = { selectors: given, given, stages: [], skip: [], phase: 'all', profile: 'prod', ...over } as const
  const { checks: selected, gatesLeftOut, deselected, declared } = buildPlan(definitions, request)
  expect(declared).toBe(selected.length + deselected.length)
  return { ids: selected.map((check) => check.definition.id.slice('bus/'.length)), gatesLeftOut }
}

describe('the gates', () => {
  it('are selected where nothing says otherwise', () => {
    expect(planned()).toEqual({ ids: checks.map(({ id }) => id.slice(4)), gatesLeftOut: undefined })
  })

  it('are left out with what only they need, and that is said', () => {
    expect(planned({ withoutGates: by })).toEqual({
      ids: ['toolchain/shared', 'toolchain/alone', 'config/port'],
      gatesLeftOut: {
        by,
        ids: ['bus/toolchain/compiler', 'bus/toolchain/linker', 'bus/gates/build', 'bus/gates/test'],
      },
    })
  })

  it('are left out of a selector that names other checks too', () => {
    expect(planned({ withoutGates: by, given: ['bus'] }).ids).toEqual([
      'toolchain/shared',
      'toolchain/alone',
      'config/port',
    ])
  })

  it.each([
    [{ given: ['bus/gates'] }, ['gates/build', 'gates/test']],
    [{ given: ['bus/gates/test'] }, ['gates/test']],
    [{ given: ['bus/toolchain/linker'] }, ['toolchain/linker']],
    [{ stages: ['gates'] }, ['gates/build', 'gates/test']],
    [{ stages: ['config'] }, ['config/port']],
  ] as const)('that are asked for run: %j', (over, ids) => {
    expect(planned({ withoutGates: by, ...over })).toEqual({ ids, gatesLeftOut: undefined })
  })

  it('asked for beside others keep the others without the rest of the gates', () => {
    expect(planned({ withoutGates: by, given: ['bus', 'bus/gates/test'] })).toEqual({
      ids: ['toolchain/shared', 'toolchain/alone', 'config/port', 'gates/test'],
      gatesLeftOut: { by, ids: ['bus/toolchain/compiler', 'bus/toolchain/linker', 'bus/gates/build'] },
    })
  })

  it('are not said to be left out where they would not be selected anyway', () => {
    expect(planned({ withoutGates: by, phase: 'before-start', skip: ['bus/gates', 'bus/toolchain'] })).toEqual({
      ids: ['config/port'],
      gatesLeftOut: {
        by,
        ids: ['bus/toolchain/compiler', 'bus/toolchain/linker', 'bus/gates/build', 'bus/gates/test'],
      },
    })
    expect(planned({ withoutGates: by, stages: ['config'] }).gatesLeftOut).toBeUndefined()
  })

  it('cannot be asked for and left out on one command line', () => {
    expect(() => planned({ gates: false, withoutGates: '--no-gates', given: ['bus/gates'] })).toThrow(
      new UsageError('--no-gates leaves out bus/gates/build, which the same command line asks for', {
        hint: 'leave out --no-gates, or the selector or stage',
      }),
    )
  })

  it('say so where nothing else is selected', () => {
    try {
      planned({ withoutGates: by, selectors: ['bus/gates'], given: [] })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(PreflightError)
      expect((error as PreflightError).hint).toContain('the gates were left out (gates: false, preflight.yaml:7)')
    }
  })
})
