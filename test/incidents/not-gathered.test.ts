import { expect, it } from 'vitest'
import { notGathered } from '../../src/incidents/not-gathered.js'

it('is one entry a cause, in the order of the first', () => {
  expect(
    notGathered([
      { title: 'log of the bus', message: 'docker is not installed' },
      { title: 'ports', message: 'ss is not installed' },
      { title: 'log of Shield', message: 'docker is not installed' },
      { title: 'page', message: '' },
    ]),
  ).toEqual([
    { titles: ['log of the bus', 'log of Shield'], message: 'docker is not installed' },
    { titles: ['ports'], message: 'ss is not installed' },
    { titles: ['page'], message: '' },
  ])
})
