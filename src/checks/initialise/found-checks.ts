import type { Stage } from '../../base/vocabulary.js'
import type { TestedEnvironment } from '../../environment/environment.js'

/** A check for a pack of the user's own, as its file has it. */
export interface FoundCheck {
  readonly stage: Stage
  readonly name: string
  readonly definition: Readonly<Record<string, unknown>>
  /** What the pack declares of the variable that it reads. */
  readonly variable?: readonly [name: string, declaration: Readonly<Record<string, unknown>>]
}

/** Kinds of addresses, with what proves that one works. */
interface AddressKind {
  readonly stage: Stage
  readonly probe: (address: string) => Readonly<Record<string, unknown>>
  readonly title: string
  readonly expect: string
  readonly message: string
}

const redis: AddressKind = {
  stage: 'datastores',
  // It writes keys of its own, which expire and are deleted at once.
  probe: (url) => ({ redis: { url, write: true } }),
  title: 'answers and accepts writes',
  expect: 'facts.canWrite',
  message: 'no value could be written and read back',
}
const postgres: AddressKind = {
  stage: 'datastores',
  probe: (url) => ({ postgres: { url } }),
  title: 'accepts the login and can be written to',
  expect: '!facts.readOnly',
  message: 'it is a standby, or read-only',
}
const http: AddressKind = {
  stage: 'runtime',
  probe: (url) => ({ http: { url } }),
  title: 'answers',
  expect: 'facts.status >= 200 && facts.status < 300',
  message: 'its status is ${{ facts.status }}',
}
const websocket: AddressKind = {
  stage: 'runtime',
  probe: (url) => ({ websocket: { url } }),
  title: 'accepts connections',
  expect: 'facts.upgraded',
  message: 'it refused with the status ${{ facts.status }}',
}
const nats: AddressKind = {
  stage: 'datastores',
  probe: (url) => ({ nats: { url } }),
  title: 'hands on a message',
  expect: 'facts.canPublish && facts.canSubscribe',
  message: 'it forbids to publish or to subscribe',
}
const port: AddressKind = {
  stage: 'datastores',
  probe: (address) => ({ tcp: { address } }),
  title: 'has an open port',
  expect: 'facts.open',
  message: 'the port is closed',
}

const kinds: Readonly<Record<string, AddressKind>> = {
  redis,
  rediss: redis,
  postgres,
  postgresql: postgres,
  http,
  https: http,
  ws: websocket,
  wss: websocket,
  nats,
}

/** How an address can be looked at; `undefined` for a text that is none. */
export function addressKind(text: string): AddressKind | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/./i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return /^(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(text) ? port : undefined
  if (!URL.canParse(text)) return undefined
  return kinds[scheme] ?? (new URL(text).port === '' ? undefined : port)
}

/** Whether an address holds a password or another credential: it is not written where anybody can read it. */
export function hasCredential(address: string): boolean {
  if (!URL.canParse(address)) return address.includes('@')
  const { username, password, searchParams } = new URL(address)
  return username !== '' || password !== '' || [...searchParams.keys()].some((key) => secretName.test(key))
}

/**
 * @param title what it is: a variable, or an input
 * @param address the expression that gives it
 */
export function addressCheck(name: string, title: string, address: string, text: string): FoundCheck | undefined {
  const kind = addressKind(text)
  if (kind === undefined) return undefined
  return {
    stage: kind.stage,
    name,
    definition: {
      title: `${title} ${kind.title}`,
      severity: 'blocker',
      class: 'dependency',
      ...kind.probe(address),
      expect: [{ that: kind.expect, message: `${title}: ${kind.message}` }],
      fix: `start the server of ${title}, or correct the address`,
    },
  }
}

const secretName = /(?:SECRET|PASSWORD|PASSWD|TOKEN|(?:^|_)(?:PRIVATE|API|ACCESS|SIGNING|ENCRYPTION|JWT)_?KEY)$/i
const keyName = /(?:SECRET(?:_KEY(?:_BASE)?)?|(?:SIGNING|ENCRYPTION|JWT)_?KEY)$/i

function secretCheck(variable: string): FoundCheck | undefined {
  const isKey = keyName.test(variable)
  if (!isKey && !secretName.test(variable)) return undefined
  const strong = isKey ? 'size(facts.reasons) == 0 && facts.bitsAtLeast >= 112' : 'size(facts.reasons) == 0'
  return {
    stage: 'secrets',
    name: segmentOf(variable),
    definition: {
      title: `${variable} cannot be guessed`,
      severity: 'blocker',
      class: 'config',
      secret: { name: variable },
      expect: [
        { that: 'facts.set', message: `${variable} is not set` },
        { that: strong, message: `${variable} is weak: it \${{ facts.explanation }}` },
      ],
      fix: `set ${variable} to a random value, such as the output of \`openssl rand -base64 32\``,
    },
    variable: [variable, { exposure: 'secret' }],
  }
}

/** Checks of what an environment names: the servers behind its addresses, and the strength of its secrets. */
export function checksOfEnvironment(environment: TestedEnvironment): readonly FoundCheck[] {
  return environment.entries().flatMap(([variable, { value }]): FoundCheck[] => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) return []
    const reached = value.reveal().includes('://')
      ? addressCheck(segmentOf(variable), variable, `\${{ env.${variable} }}`, value.reveal())
      : undefined
    if (reached !== undefined) return [{ ...reached, variable: [variable, { reads: ['url'], exposure: 'dsn' }] }]
    const secret = secretCheck(variable)
    return secret === undefined ? [] : [secret]
  })
}

/** Where nothing was found: a check that works everywhere. */
export const anywhereCheck: FoundCheck = {
  stage: 'config',
  name: 'disk',
  definition: {
    title: 'the disk has room',
    severity: 'high',
    class: 'config',
    disk: { path: '.' },
    expect: [{ that: 'facts.freePercent > 5.0', message: '${{ facts.freePercent }} % of the disk are free' }],
    fix: 'free some space',
  },
}

/** A name as a segment of an id: `REDIS_URL` is `redis-url`. */
export function segmentOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
