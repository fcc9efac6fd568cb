import { expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import { unknownHomeNotice } from '../../../src/checks/run/verdict.js'

const outcome = (id: string, facts: Readonly<Record<string, unknown>>) =>
  ({ id, status: 'pass', facts }) as unknown as Outcome

it('names the checks and each file once, and the input that ends it', () => {
  const [notice, ...more] = unknownHomeNotice([
    outcome('bus/a', { filesOfUnknownHome: ['~/.pgpass', '~/.postgresql/root.crt'] }),
    outcome('bus/b', { filesOfUnknownHome: ['~/.pgpass'] }),
    outcome('bus/c', { filesOfUnknownHome: [] }),
    outcome('bus/d', {}),
  ])
  expect(more).toEqual([])
  expect(notice).toContain('bus/a, bus/b did not look for ~/.pgpass, ~/.postgresql/root.crt in the home')
  expect(notice).toContain('--input service_home=')
})

it('is none where every home was known', () => {
  expect(unknownHomeNotice([outcome('bus/c', { filesOfUnknownHome: [] }), outcome('bus/d', {})])).toEqual([])
})
