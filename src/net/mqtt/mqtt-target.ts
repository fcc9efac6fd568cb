import type { Secret } from '../../redaction/secret-value.js'
import { parseDsn, printablePlace } from '../host-port.js'
import { misconfigured } from '../refusal.js'

/** The default port of each scheme (IANA: mqtt, secure-mqtt). */
const defaultPorts: Readonly<Record<string, number>> = { mqtt: 1883, mqtts: 8883 }

interface Given {
  readonly url?: Secret | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly tls?: boolean | undefined
  readonly username?: string | undefined
  readonly password?: Secret | undefined
}

/** Where an MQTT client connects, and as whom. */
export interface MqttTarget {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Empty without credentials. */
  readonly user: string
  readonly password: Secret | undefined
}

/** @throws Refusal `bad-url`, whose words name the fault and never the URL */
export function readMqttTarget(given: Given): MqttTarget {
  const { url, host = '', port = 0, tls = false, username = '', password } = given
  if (url === undefined) return { host, port, tls, user: username, password }
  const dsn = parseDsn(url, Object.keys(defaultPorts))
  if (dsn.host === '') throw misconfigured('bad-url', 'the URL has no host')
  if (dsn.path !== '' && dsn.path !== '/')
    throw misconfigured('bad-url', 'the URL has a path, which MQTT does not know')
  if (dsn.query.size > 0) throw misconfigured('bad-url', 'the URL has a query, which MQTT does not know')
  if (dsn.user === '' && dsn.password !== undefined)
    throw misconfigured('bad-url', 'the URL has a password without a user name')
  if (dsn.user !== '' && username !== '')
    throw misconfigured('bad-url', 'the URL has a user name, and username gives another: give one of them')
  return {
    host: dsn.host,
    port: dsn.port === 0 ? defaultPorts[dsn.scheme]! : dsn.port,
    tls: dsn.scheme === 'mqtts',
    user: dsn.user === '' ? username : dsn.user,
    password: dsn.user === '' ? password : dsn.password,
  }
}

/** What `plan` prints. @throws Refusal `bad-url` */
export const mqttAddress = (given: Given): string => printablePlace(readMqttTarget(given))
