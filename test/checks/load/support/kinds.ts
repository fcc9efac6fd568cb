import { z } from 'zod'
import { parseDuration } from '../../../../src/base/time/duration.js'
import type { ProbeKinds } from '../../../../src/checks/load/load-definitions.js'
import { credential } from '../../../../src/net/credential.js'
import { anyJson, wholeNumber } from '../../../../src/base/facts.js'
import { defineProbe, type Probe } from '../../../../src/engine/probe.js'

/** Observes nothing: what the compiler needs of a kind is its schemas. */
const nothing = () => Promise.reject(new Error('these kinds only lend their schemas'))

const env = defineProbe({
  kind: 'env',
  title: 'a variable',
  description: 'A variable of the environment under test.',
  input: z.strictObject({ name: z.string().meta({ preflight: 'variable' }).describe('its name') }),
  facts: z.strictObject({ set: z.boolean(), value: z.string(), int: wholeNumber(), valid: z.boolean() }),
  defaultTimeout: 1000,
  examples: [],
  observe: nothing,
})

const tcp = defineProbe({
  kind: 'tcp',
  title: 'a TCP port',
  description: 'A port that accepts connections.',
  input: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    url: credential().optional(),
    verify: z.boolean().default(true),
    mode: z.enum(['plain', 'tls']).optional(),
    pause: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, 'expected a duration')
      .transform((text) => parseDuration(text)!)
      .optional(),
    headers: z.record(z.string(), credential()).optional(),
    expected: z.union([z.string(), z.strictObject({ json: z.string(), depth: z.int() })]).optional(),
    anything: z.unknown().optional(),
  }),
  facts: z.strictObject({
    reached: z.enum(['none', 'connect', 'ping']),
    latency: z.number(),
    reply: z.string(),
    body: anyJson(),
  }),
  defaultTimeout: 3000,
  examples: [],
  observe: nothing,
})

const all = new Map<string, Probe>([env, tcp].map((probe) => [probe.kind, probe as unknown as Probe]))

/** Two kinds, enough to compile checks with. */
export const kinds: ProbeKinds = {
  names: () => [...all.keys(), 'websocket'],
  load: (kind) => Promise.resolve(all.get(kind)!),
}
