import { type Environment, read } from '../settings/environment.js'

/** Of the names of one setting, the value of the first that is set. */
function first(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => read(environment, name)).find((value) => value !== undefined)
}

const isTrue = (text: string | undefined): boolean => text?.toLowerCase() === 'true'

/** The URL of the hot store that the bus makes where it has none. The password is put in as it is. */
export function madeHotStoreUrl(environment: Environment): string {
  const of = (setting: string): string | undefined =>
    first(environment, `ARQONBUS_VALKEY_${setting}`, `ARQONBUS_REDIS_${setting}`)
  const password = of('PASSWORD') ?? ''
  return `${isTrue(of('SSL')) ? 'rediss' : 'redis'}://${password === '' ? '' : `:${password}@`}${of('HOST') ?? 'localhost'}:${of('PORT') ?? '6379'}/0`
}

/** The URL of Postgres that the bus makes where it has none; its driver takes `ssl` for a setting of the server. */
export function madePostgresUrl(environment: Environment): string {
  const of = (setting: string, whenUnset: string): string =>
    read(environment, `ARQONBUS_POSTGRES_${setting}`) ?? whenUnset
  const password = of('PASSWORD', '')
  const credentials = `${of('USER', 'arqonbus')}${password === '' ? '' : `:${password}`}`
  return `postgresql://${credentials}@${of('HOST', 'localhost')}:${of('PORT', '5432')}/${of('DATABASE', 'arqonbus')}${isTrue(of('SSL', '')) ? '?ssl=require' : ''}`
}
