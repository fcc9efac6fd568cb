import { expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import { unknownHomeNotice } from '../../../src/checks/run/verdict.js'

const outcome = (id: string, facts: Readonly<Record<string, unknown>>) =>
  ({ id, status: 'pass', facts }) as unknown as Outcome
const blind = [
  outcome('bus/a', { filesOfUnknownHome: ['~/.pgpass', '~/.postgresql/root.crt'] }),
  outcome('bus/b', { filesOfUnknownHome: ['~/.pgpass'] }),
  outcome('bus/c', { filesOfUnknownHome: [] }),
  outcome('bus/d', {}),
]

it('names the checks and each file once, and the input that ends it', () => {
  const [notice, ...more] = unknownHomeNotice(blind, () => ['url', 'service_home'])
  expect(more).toEqual([])
  expect(notice).toContain('bus/a, bus/b did not look for ~/.pgpass, ~/.postgresql/root.crt in the home')
  expect(notice).toContain('--input bus.service_home=')
})

it('names the input of each pack', () => {
  const two = [...blind, outcome('edge/a', { filesOfUnknownHome: ['~/.pgpass'] })]
  expect(unknownHomeNotice(two, () => ['service_home'])[0]).toContain(
    'with --input bus.service_home=/home/ACCOUNT and --input edge.service_home=/home/ACCOUNT',
  )
})

it('names no input that a pack does not have', () => {
  expect(unknownHomeNotice(blind, () => [])).toEqual([
    expect.stringMatching(
      /^bus\/a, bus\/b did .*: name the folder with `service-home: \/home\/ACCOUNT` beside the url/,
    ),
  ])
  expect(unknownHomeNotice(blind, (id) => (id === 'bus/b' ? ['service_home'] : []))).toEqual([
    expect.stringMatching(/^bus\/b did not look for ~\/\.pgpass in .*--input bus\.service_home=/),
    expect.stringMatching(/^bus\/a did not .*beside the url/),
  ])
})

it('is none where every home was known', () => {
  expect(unknownHomeNotice(blind.slice(2), () => [])).toEqual([])
})
