import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'bind',
  expect: 'facts.bindable',
  cases: [
    { meets: 'the loopback', end: 'pass', arrange: () => ({ input: { host: '127.0.0.1' } }) },
    { meets: 'an address of no machine', end: 'fail', arrange: () => ({ input: { host: '192.0.2.1' } }) },
    { meets: 'a name that cannot be looked up', end: 'unknown', arrange: () => ({ input: { host: 'a\0b' } }) },
  ],
}
