import { isIP } from 'node:net'
import type { RedisTarget } from '../../../net/redis/redis-target.js'
import { NotPerformedError } from '../../definition/step-kind.js'

/**
 * The options with which redis-cli and valkey-cli find a connection; the password is in a variable.
 *
 * @throws NotPerformedError for what no option can say
 */
export function redisOptions({ endpoint, database, user, tls }: RedisTarget): readonly string[] {
  return [
    ...('path' in endpoint ? ['-s', endpoint.path] : ['-h', endpoint.host, '-p', String(endpoint.port)]),
    ...(database === 0 ? [] : ['-n', String(database)]),
    ...(user === '' ? [] : ['--user', user]),
    ...(tls === undefined ? [] : tlsOptions(tls, endpoint)),
  ]
}

/** @returns nothing without a password, so that none is taken from elsewhere */
export function redisEnvironment({ password }: RedisTarget): Readonly<Record<string, string>> {
  return password === undefined ? {} : { REDISCLI_AUTH: password.reveal() }
}

function tlsOptions(tls: NonNullable<RedisTarget['tls']>, endpoint: RedisTarget['endpoint']): readonly string[] {
  if (tls.keyPassword !== undefined)
    throw new NotPerformedError('the key of the client certificate has a password, which redis-cli cannot be given')
  if (tls.minimumVersion === 'TLSv1.3')
    throw new NotPerformedError('the URL demands TLS 1.3, which redis-cli cannot be told')
  const named = [
    ['--sni', 'host' in endpoint && isIP(endpoint.host) === 0 ? endpoint.host : undefined],
    ['--cacert', tls.trustFile],
    ['--cert', tls.certificateFile],
    ['--key', tls.keyFile ?? tls.certificateFile],
    ['--tls-ciphers', tls.ciphers],
  ] as const
  return [
    '--tls',
    ...(tls.verify === 'none' ? ['--insecure'] : []),
    ...named.flatMap(([option, value]) => (value === undefined ? [] : [option, value])),
  ]
}
