import { expect, it } from 'vitest'
import { assessSecret } from '../../src/secret-strength/index.js'
import { siteContext } from '../fixtures/strength/verdict.js'

it.each(['kartofelnasalatkababcijankizsierpniablablanieznane', 'Vannak Kerib Arncy Kelbu Tiken Somma Rdqel'])(
  'letters alone are human text, whether or not any list knows the words: %s',
  (secret) => {
    expect(assessSecret(secret, siteContext).humanShaped).toBe(true)
  },
)

it.each(['kT9wq2ZpX7vLs4RmB8nYc3HdF6gJ1aEu', 'kTwqZpXvLsRmBnYcHdFgJaEuWqPoIuYtMnBvCxZl'])(
  'letters of both cases mixed are not: %s',
  (secret) => {
    expect(assessSecret(secret, siteContext).humanShaped).toBe(false)
  },
)
