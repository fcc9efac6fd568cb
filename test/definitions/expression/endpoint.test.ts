import { expect, it } from 'vitest'
import { endpointOf } from '../../../src/definitions/expression/evaluation/functions.js'

it.each([
  ['redis://:canary@cache.example:6380/3', 'cache.example:6380/3'],
  ['valkey://cache.example', 'cache.example:6379/0'],
  ['valkeys://:canary@cache.example:6380/3', 'cache.example:6380/3'],
  ['redis://user:can%40ary@cache.example/3?socket_timeout=2', 'cache.example:6379/3'],
  ['REDISS://Cache.Example', 'cache.example:6379/0'],
  ['redis://cache.example/3?db=5', 'cache.example:6379/5'],
  ['redis://cache.example/name', 'cache.example:6379/0'],
  ['redis://user:a@canary@cache.example:1/0', 'cache.example:1/0'],
  ['redis://:canary@[::1]:6379/2', '[::1]:6379/2'],
  ['redis://', 'localhost:6379/0'],
  ['unix://:canary@/run/redis.sock?db=2', '/run/redis.sock/2'],
  ['postgresql://user:canary@db.example/arqonbus?sslmode=require', 'db.example:5432/arqonbus'],
  ['https://user:canary@hooks.example/services/canary?token=canary', 'hooks.example'],
  ['nats://canary@bus.example:4222/canary', 'bus.example:4222'],
])('%s leads to %s', (url, endpoint) => {
  expect(endpointOf(url)).toBe(endpoint)
})

it.each([
  '',
  'cache.example:6379',
  'redis://:can/ary@cache.example',
  'redis://:can?ary@cache.example',
  'redis://:can#ary@cache.example',
  'redis://:canary',
  'redis://user:canary',
  'redis://a,b:1/0',
  'redis://h:123456/0',
])('%j may hold a piece of a password where a host would be: nothing is shown of it', (url) => {
  expect(endpointOf(url)).toBe('')
})
