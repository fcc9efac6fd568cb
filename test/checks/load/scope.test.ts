import { describe, expect, it } from 'vitest'
import { buildScope } from '../../../src/checks/load/resolve-inputs.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { variableSchema } from '../../../src/environment/variable-reading.js'

const variables = {
  PORT: variableSchema.parse({ reads: ['python-int'], default: 9100, minimum: 1, exposure: 'public' }),
  HOST: variableSchema.parse({ exposure: 'public' }),
  ON: variableSchema.parse({ reads: ['only-true'], default: 'false', exposure: 'public' }),
  MODE: variableSchema.parse({ reads: ['lower'], values: ['strict', 'degraded'], exposure: 'public' }),
}

function scopeOf(values: Record<string, string>) {
  return buildScope(TestedEnvironment.of(values), { variables }, 'prod')
}

describe('buildScope', () => {
  it('types variables by the rule of their target', () => {
    expect(scopeOf({ PORT: ' 9_200 ', HOST: ' h ', ON: 'TRUE', MODE: 'STRICT', OTHER: 'x' })).toEqual({
      vars: { PORT: 9200, HOST: ' h ', ON: true, MODE: 'strict' },
      env: { PORT: ' 9_200 ', HOST: ' h ', ON: 'TRUE', MODE: 'STRICT', OTHER: 'x' },
      profile: 'prod',
      absences: {},
    })
  })

  it('falls back to the default of what is unset, and to nothing where there is none', () => {
    expect(scopeOf({})).toMatchObject({
      vars: { PORT: 9100, ON: false },
      env: {},
      absences: { 'vars.HOST': 'it is not set', 'vars.MODE': 'it is not set' },
    })
  })

  it('takes an empty value for a value, and one the target refuses for none, without showing it', () => {
    const { vars, absences } = scopeOf({ PORT: 'hunter2', HOST: '', MODE: 'loose' })
    expect(vars).toEqual({ HOST: '', ON: false })
    expect(Object.keys(absences)).toEqual(['vars.PORT', 'vars.MODE'])
    expect(JSON.stringify(absences)).not.toMatch(/hunter2|loose/)
  })

  it('keeps a variable called constructor or __proto__ a variable', () => {
    const { env } = scopeOf({ constructor: 'a', ['__proto__']: 'b' })
    expect(Object.entries(env)).toContainEqual(['constructor', 'a'])
  })
})
