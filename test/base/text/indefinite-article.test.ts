import { expect, it } from 'vitest'
import { withArticle } from '../../../src/base/text/indefinite-article.js'

it.each([
  ['result', 'a result'],
  ['attestation', 'an attestation'],
  ['undo', 'an undo'],
  ['Ingress', 'an Ingress'],
])('%s is %s', (noun, expected) => {
  expect(withArticle(noun)).toBe(expected)
})
