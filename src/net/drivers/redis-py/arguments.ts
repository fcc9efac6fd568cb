import { pythonFloat, pythonInt } from '../../../base/language/python-number.js'
import { suggestionHint } from '../../../base/text/wording.js'

/** What is wrong with a value, or `undefined`. */
type Rule = (value: string) => string | undefined

const anything: Rule = () => undefined
const casts =
  (reads: (value: string) => unknown): Rule =>
  (value) =>
    reads(value) === undefined ? 'it cannot be read as a number' : undefined
const integer = casts(pythonInt)
const notFromUrl: Rule = () => 'it needs a Python object, which a URL cannot contain'
const unsupported: Rule = () => 'preflight does not support it'

/** Seconds: those that are not above 0 are over before the server can answer. */
const seconds: Rule = (value) => {
  const number = pythonFloat(value)?.number
  if (number === undefined) return 'it cannot be read as a number'
  return number > 0 ? undefined : 'it is too short for any answer'
}

const atLeast =
  (least: number): Rule =>
  (value) => {
    const number = pythonInt(value)?.number
    if (number === undefined) return 'it cannot be read as a number'
    return number >= least ? undefined : `it must be at least ${least}`
  }

/** Keyword arguments of `redis.asyncio`'s ConnectionPool and AbstractConnection that any URL may give. */
const common: Readonly<Record<string, Rule>> = {
  db: integer,
  username: anything,
  password: anything,
  socket_timeout: seconds,
  socket_connect_timeout: seconds,
  socket_read_size: atLeast(1),
  retry_on_timeout: anything,
  max_connections: atLeast(0),
  health_check_interval: integer,
  client_name: (value) =>
    /^[!-~]+$/.test(value) ? undefined : 'the server refuses names with spaces or non-ASCII characters',
  lib_name: anything,
  lib_version: anything,
  encoding: (value) => (/^utf[-_ ]?8$/i.test(value) ? undefined : 'preflight supports only utf-8'),
  encoding_errors: anything,
  decode_responses: anything,
  legacy_responses: anything,
  protocol: (value) => {
    const number = pythonInt(value)?.number
    if (number === undefined) return 'it cannot be read as a number'
    return number === 2 || number === 3 ? undefined : 'protocol must be either 2 or 3'
  },
  ...objects(
    'retry retry_on_error parser_class encoder_class driver_info redis_connect_func credential_provider event_dispatcher connection_class',
  ),
  ...objects(
    'maint_notifications_config maint_notifications_pool_handler maintenance_state maintenance_notification_hash orig_host_address',
  ),
  ...objects(
    'orig_socket_timeout orig_socket_connect_timeout oss_cluster_maint_notifications_handler himport_registry',
  ),
}

const overTcp: Readonly<Record<string, Rule>> = {
  ...common,
  host: anything,
  port: integer,
  socket_keepalive: anything,
  socket_type: anything,
  ...objects('socket_keepalive_options'),
}

const overTls: Readonly<Record<string, Rule>> = {
  ...overTcp,
  ssl_keyfile: anything,
  ssl_certfile: anything,
  ssl_cert_reqs: (value) =>
    ['none', 'optional', 'required'].includes(value)
      ? undefined
      : 'Invalid SSL Certificate Requirements Flag: write none, optional or required',
  ssl_ca_certs: anything,
  ssl_check_hostname: anything,
  ssl_min_version: integer,
  ssl_password: anything,
  ssl_ciphers: anything,
  ssl_ca_data: unsupported,
  ssl_ca_path: unsupported,
  ssl_include_verify_flags: flags(/^VERIFY_(?:DEFAULT|ALLOW_PROXY_CERTS|X509_TRUSTED_FIRST|X509_PARTIAL_CHAIN)$/),
  ssl_exclude_verify_flags: flags(
    /^VERIFY_(?:DEFAULT|ALLOW_PROXY_CERTS|X509_TRUSTED_FIRST|X509_PARTIAL_CHAIN|X509_STRICT|CRL_CHECK_LEAF|CRL_CHECK_CHAIN)$/,
  ),
}

const overSocket: Readonly<Record<string, Rule>> = { ...common, path: anything }

const argumentsOf = { redis: overTcp, rediss: overTls, unix: overSocket } as const

/**
 * Why the connection would not be made with this query parameter, in the driver's terms.
 *
 * @returns `undefined` where it is taken; a value is never quoted
 */
export function argumentRefusal(scheme: keyof typeof argumentsOf, name: string, value: string): string | undefined {
  const known = argumentsOf[scheme]
  const rule = Object.hasOwn(known, name) ? known[name] : undefined
  if (rule !== undefined) {
    const fault = rule(value)
    return fault === undefined ? undefined : `Invalid value for '${name}' in connection URL: ${fault}`
  }
  if (scheme === 'redis' && Object.hasOwn(overTls, name))
    return `the query parameter ${name} is only for rediss://: redis-py raises TypeError for it`
  // A parameter of an odd name may be a piece of a password.
  if (!/^[a-z_]{1,40}$/.test(name)) return 'has a query parameter that redis-py does not know'
  const hint = suggestionHint(name, Object.keys(known))
  return `unknown query parameter ${name}: redis-py raises TypeError (unexpected keyword argument)${hint === undefined ? '' : `; ${hint}`}`
}

function objects(names: string): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, notFromUrl]))
}

/** Names of `ssl.VerifyFlags`: those that change nothing of what preflight verifies. */
function flags(known: RegExp): Rule {
  return (value) =>
    value
      .replace(/[[\]]/g, '')
      .split(',')
      .every((flag) => known.test(flag.trim()))
      ? undefined
      : 'it is not a flag that preflight supports'
}

/** Python's `to_bool` of redis-py: everything that is not one of these words is true. */
export function isFalseWord(value: string): boolean {
  return ['0', 'F', 'FALSE', 'N', 'NO'].includes(value.toUpperCase())
}
