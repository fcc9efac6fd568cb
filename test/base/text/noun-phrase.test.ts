import { expect, it } from 'vitest'
import { counted, withArticle } from '../../../src/base/text/wording.js'

it.each([
  ['result', 'a result'],
  ['attestation', 'an attestation'],
  ['undo', 'an undo'],
  ['Ingress', 'an Ingress'],
])('%s is %s', (noun, expected) => {
  expect(withArticle(noun)).toBe(expected)
})

it.each([
  [0, '0 packs'],
  [1, '1 pack'],
  [2, '2 packs'],
])('%d in words', (count, expected) => {
  expect(counted(count, 'pack')).toBe(expected)
})
