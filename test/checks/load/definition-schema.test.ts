import { describe, expect, it } from 'vitest'
import { packFileJsonSchema } from '../../../src/checks/load/definition-schema.js'
import { collectorRegistry } from '../../../src/engine/folder-registry.js'
import { kinds } from './support/kinds.js'

const schema = async () =>
  packFileJsonSchema(
    [await kinds.load('env'), await kinds.load('tcp')],
    [await collectorRegistry.load('log'), await collectorRegistry.load('ports')],
  )

/** The part of a schema below a path of properties. */
async function at(...path: readonly string[]): Promise<unknown> {
  return path.reduce<unknown>((here, step) => (here as Record<string, unknown>)[step], await schema())
}

describe('packFileJsonSchema', () => {
  it('knows every section and property, and describes them', async () => {
    expect(Object.keys((await at('properties')) as object)).toEqual([
      'stage',
      'profiles',
      'variables',
      'inputs',
      'peers',
      'checks',
      'evidence',
    ])
    expect(await at('properties', 'checks', 'additionalProperties')).toMatchObject({
      required: ['title', 'severity', 'class', 'expect', 'fix'],
      additionalProperties: false,
      oneOf: [{ required: ['env'] }, { required: ['tcp'] }],
      properties: {
        severity: { enum: ['blocker', 'critical', 'high', 'advisory'], description: expect.any(String) as string },
        tcp: { title: 'a TCP port' },
      },
    })
  })

  it('knows what is gathered for an incident', async () => {
    expect(await at('properties', 'evidence', 'additionalProperties')).toMatchObject({
      required: ['title'],
      additionalProperties: false,
      oneOf: [{ required: ['log'] }, { required: ['ports'] }],
      properties: {
        timeout: { description: expect.any(String) as string },
        log: { properties: { path: { type: 'string' }, lines: { anyOf: [{ type: 'integer' }, {}] } } },
      },
    })
  })

  it('takes an expression wherever a probe wants more than text', async () => {
    const tcp = (await at('properties', 'checks', 'additionalProperties', 'properties', 'tcp', 'properties')) as Record<
      string,
      unknown
    >
    expect(tcp['host']).toMatchObject({ type: 'string' })
    expect(tcp['port']).toMatchObject({
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 65_535 },
        { type: 'string', pattern: '\\$\\{\\{' },
      ],
    })
    expect(tcp['mode']).toMatchObject({ anyOf: [{ enum: ['plain', 'tls'] }, { pattern: '\\$\\{\\{' }] })
  })

  it('knows the checks of an each by the * in their name', async () => {
    const [[pattern, family]] = Object.entries((await at('properties', 'checks', 'patternProperties')) as object) as [
      [string, unknown],
    ]
    expect(['rejects-*-token', '*', 'a', '*-*'].map((name) => new RegExp(pattern).test(name))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(family).toMatchObject({
      required: ['each', 'title', 'severity', 'class', 'expect', 'fix'],
      additionalProperties: false,
      properties: { timeout: { anyOf: [{ type: 'string' }, { pattern: '\\$\\{\\{' }] } },
    })
  })

  it('is plain JSON', async () => {
    expect(JSON.parse(JSON.stringify(await schema()))).toEqual(await schema())
  })
})
