import { describe, expect, it } from 'vitest'
import { packFileJsonSchema } from '../../src/load/definition-schema.js'
import { kinds } from './support/kinds.js'

const schema = async () => packFileJsonSchema([await kinds.load('env'), await kinds.load('tcp')])

/** The part of a schema below a path of properties. */
async function at(...path: readonly string[]): Promise<unknown> {
  return path.reduce<unknown>((here, step) => (here as Record<string, unknown>)[step], await schema())
}

describe('packFileJsonSchema', () => {
  it('knows every section and property, and describes them', async () => {
    expect(Object.keys((await at('properties')) as object)).toEqual(['stage', 'profiles', 'variables', 'inputs', 'checks'])
    expect(await at('properties', 'checks', 'additionalProperties')).toMatchObject({
      required: ['title', 'severity', 'class', 'expect', 'fix'],
      additionalProperties: false,
      oneOf: [{ required: ['env'] }, { required: ['tcp'] }],
      properties: { severity: { enum: ['blocker', 'critical', 'high', 'advisory'], description: expect.any(String) as string }, tcp: { title: 'a TCP port' } },
    })
  })

  it('takes an expression wherever a probe wants more than text', async () => {
    const tcp = (await at('properties', 'checks', 'additionalProperties', 'properties', 'tcp', 'properties')) as Record<string, unknown>
    expect(tcp['host']).toMatchObject({ type: 'string' })
    expect(tcp['port']).toMatchObject({ anyOf: [{ type: 'integer', minimum: 1, maximum: 65_535 }, { type: 'string', pattern: '\\$\\{\\{' }] })
    expect(tcp['mode']).toMatchObject({ anyOf: [{ enum: ['plain', 'tls'] }, { pattern: '\\$\\{\\{' }] })
  })

  it('is plain JSON', async () => {
    expect(JSON.parse(JSON.stringify(await schema()))).toEqual(await schema())
  })
})
