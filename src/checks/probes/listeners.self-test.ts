import type { SelfTest } from '../../engine/self-test.js'

const at = (port: number) => ({ input: { host: '127.0.0.1', port } })

export const selfTest: SelfTest = {
  kind: 'listeners',
  expect: 'facts.here && facts.told && facts.services == 1',
  cases: [
    {
      meets: 'a port that one process listens on',
      end: 'pass',
      arrange: async (workbench) => at(await workbench.serve(() => undefined)),
    },
    {
      meets: 'a port without a listener',
      end: 'fail',
      arrange: async (workbench) => at(await workbench.refusingPort()),
    },
    { meets: 'an address without a port', end: 'unknown', arrange: () => ({ input: { address: 'nowhere' } }) },
  ],
}
