import type { Secret } from '../../redaction/secret-value.js'

/** Where to connect: a TCP address, or the path of a unix socket. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string }

/**
 * What a driver takes from its process besides the URL. It is the service's process that counts, never preflight's own.
 */
export interface DriverContext {
  /** A variable of the environment under test; `undefined` where it is absent. */
  variable(name: string): string | undefined
  /** The home folder of the account that the service runs under; `undefined` when it is not stated. */
  readonly home: string | undefined
}

/** A file that the driver opens before or while it connects. */
export interface NamedFile {
  readonly path: string
  readonly purpose: 'trusted certificates' | 'client certificate' | 'client key' | 'revocation list' | 'password file'
  /** The driver continues without it when it does not exist. */
  readonly isOptional: boolean
}

export interface TlsSettings {
  /** `prefer` and `allow` go on without TLS when the server has none (asyncpg's `sslmode`). */
  readonly demand: 'require' | 'prefer' | 'allow'
  /** How much of the server's certificate must hold: nothing, its chain, or its chain and its name. */
  readonly verify: 'none' | 'chain' | 'full'
  /** PEM file of certificates to trust; `undefined` for those that the driver trusts by itself. */
  readonly trustFile: string | undefined
  readonly certificateFile: string | undefined
  readonly keyFile: string | undefined
  readonly keyPassword: Secret | undefined
  readonly revocationFile: string | undefined
  /** As Node names them: `TLSv1.2`. */
  readonly minimumVersion: string | undefined
  readonly maximumVersion: string | undefined
  /** TLS from the first byte, without asking (`sslnegotiation=direct`). */
  readonly isDirect: boolean
  /** OpenSSL's list of ciphers up to TLS 1.2; left out for those that the driver takes by itself. */
  readonly ciphers?: string
}

/** What a driver makes of a URL and its surroundings. */
export interface Connection {
  /** Tried in order. */
  readonly endpoints: readonly Endpoint[]
  /** Empty when none is sent. */
  readonly user: string
  readonly password: Secret | undefined
  /** A Postgres database by name, a Redis database by number. */
  readonly database: string
  /** `undefined` for a plain connection. */
  readonly tls: TlsSettings | undefined
  /** Opened by the driver, in its order. */
  readonly files: readonly NamedFile[]
  /**
   * Files of the service's home (`~/.pgpass`) that the driver would look for, where it is not stated which home that
   * is.
   */
  readonly filesOfUnknownHome: readonly string[]
  /**
   * What else decides about the connection, by the driver's own names: server settings, `protocol`,
   * `target_session_attrs`.
   */
  readonly settings: Readonly<Record<string, string>>
}

/** A refusal is in the driver's terms, says what to do where that is not obvious, and never quotes the URL. */
export type DriverReading = { readonly connection: Connection } | { readonly refusal: string }

/**
 * The problem codes of a certificate that a driver refuses by rules of its own. What else it refuses is
 * `certificate-refused`, as everywhere.
 */
export const certificateProblems = [
  'certificate-is-authority',
  'certificate-version',
  'certificate-name',
  'certificate-usage',
  'certificate-extension',
  'certificate-algorithm',
] as const

export type CertificateProblem = (typeof certificateProblems)[number] | 'certificate-refused'

/** What a server presented, and what it is judged by. Certificates are DER. */
export interface PresentedCertificates {
  /** In the server's order, its own first. */
  readonly certificates: readonly Uint8Array[]
  /** Those that the driver trusts. */
  readonly anchors: readonly Uint8Array[]
  /** As in the URL, an IPv6 address without brackets. */
  readonly host: string
  readonly now: Date
}

export interface CertificateRefusal {
  readonly code: CertificateProblem
  /** The driver's own word, and what to do. */
  readonly detail: string
  /** A matter of the date alone. */
  readonly isDated: boolean
}

/** How one client library reads a connection URL. One file each; the file's name is the driver's. */
export interface Driver {
  readonly name: string
  readonly protocol: 'redis' | 'postgres' | 'nats'
  /** In small letters; '' where the scheme may be left out. */
  readonly schemes: readonly string[]
  /** What it may ask its process for: every name that `read` gives to `DriverContext.variable`. */
  readonly variables: readonly string[]
  read(url: Secret, context: DriverContext): DriverReading
  /**
   * For a driver that judges certificates by rules that are not OpenSSL's.
   *
   * @returns `undefined` for certificates that it takes
   */
  refuseCertificate?(presented: PresentedCertificates): CertificateRefusal | undefined
  /**
   * Why what the driver makes of a URL cannot be meant, although it takes it: reported before anything is connected to,
   * since what follows (a name that no resolver knows) says nothing of the mistake.
   */
  neverMeant?(connection: Connection): string | undefined
}

/** For a reading that has no environment at hand: of a default, of a value by itself. */
export const noSurroundings: DriverContext = { variable: () => undefined, home: undefined }
