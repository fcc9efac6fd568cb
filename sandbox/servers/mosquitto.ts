import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireBinary } from '../process/binary.js'
import { freePort } from '../process/free-port.js'
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.js'
import { randomSecret } from '../random-secret.js'
import { type CertificateAuthority, createAuthority, type ServerCertificate } from './certificate.js'
import { onFreePort, type Server, waitForLog } from './server.js'
import { superviseServer } from './supervised-server.js'

export interface MosquittoOptions {
  /**
   * Who may connect: `password` (by default) only the deployment's user, `anonymous` anyone, `nobody` no one: as
   * Mosquitto 2 does with neither `allow_anonymous` nor a password file.
   */
  readonly access?: 'password' | 'anonymous' | 'nobody'
  /** Lines of an ACL file. Without it a client that may connect may publish and subscribe to everything. */
  readonly acl?: readonly string[]
  /** What the TLS listener serves in place of the first certificate. */
  readonly certificate?: ServerCertificate
  /** Whether the TLS listener demands a certificate of the client, signed by the authority. */
  readonly demandsClientCertificate?: boolean
  /** Further lines of mosquitto.conf, one setting each; those of a listener are for the plain one. */
  readonly settings?: readonly string[]
}

/** `port` and `url` are those of the plain listener. */
export interface MosquittoServer extends Server<MosquittoOptions> {
  readonly user: string
  readonly password: string
  readonly tlsPort: number
  /** Of the TLS listener, with the deployment's credentials. */
  readonly tlsUrl: string
  /** Where the certificates lie: `ca.crt`, `ca.key`, `server.crt`, `server.key`. They are read when it starts. */
  readonly certificateFolder: string
  readonly authority: CertificateAuthority
  /** For `localhost` and 127.0.0.1, of the authority. */
  readonly certificate: ServerCertificate
}

const user = 'aegis'

interface Place {
  readonly folder: string
  readonly port: number
  readonly tlsPort: number
  readonly authority: CertificateAuthority
  readonly certificate: ServerCertificate
}

const passwordFileIn = (folder: string): string => join(folder, 'passwords')
const aclFileIn = (folder: string): string => join(folder, 'acl')

function configuration(place: Place, options: MosquittoOptions): string {
  const { certificateFile, keyFile } = options.certificate ?? place.certificate
  return [
    // Started by root it would become another user, who cannot read its files.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(options.access === 'nobody' ? [] : [`allow_anonymous ${options.access === 'anonymous'}`]),
    ...(options.access === 'nobody' ? [] : [`password_file ${passwordFileIn(place.folder)}`]),
    ...(options.acl === undefined ? [] : [`acl_file ${aclFileIn(place.folder)}`]),
    `listener ${place.port} 127.0.0.1`,
    ...(options.settings ?? []),
    `listener ${place.tlsPort} 127.0.0.1`,
    `cafile ${place.authority.certificateFile}`,
    `certfile ${certificateFile}`,
    `keyfile ${keyFile}`,
    `require_certificate ${options.demandsClientCertificate === true}`,
    '',
  ].join('\n')
}

/** Hashed by its own program, which reads the password from the file: on a command line others could see it. */
function writePasswords(folder: string, password: string): void {
  const file = passwordFileIn(folder)
  rmSync(file, { force: true })
  writeFileSync(file, `${user}:${password}\n`, { mode: 0o600 })
  const { status, stderr } = spawnSync(requireBinary(['mosquitto_passwd']), ['-U', file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mosquitto_passwd: ${stderr}`)
}

async function launchMosquitto(place: Place, options: MosquittoOptions): Promise<OwnedProcess> {
  const configurationFile = join(place.folder, 'mosquitto.conf')
  writeFileSync(configurationFile, configuration(place, options), { mode: 0o600 })
  writeFileSync(aclFileIn(place.folder), `${(options.acl ?? []).join('\n')}\n`, { mode: 0o600 })
  const process = await startOwnedProcess({
    command: requireBinary(['mosquitto']),
    args: ['-c', configurationFile],
    folder: place.folder,
    logFile: join(place.folder, 'mosquitto.log'),
  })
  await waitForLog('Mosquitto', process, /mosquitto version \S+ running/)
  return process
}

/**
 * Starts Mosquitto in this folder on two free loopback ports, one plain and one with TLS, with one user and an
 * authority of its own.
 *
 * @param options those of the first start, and of a restart without any
 */
export async function startMosquitto(
  folder: string,
  options: MosquittoOptions = {},
  password = randomSecret(32),
): Promise<MosquittoServer> {
  const certificateFolder = join(folder, 'certs')
  const authority = createAuthority(certificateFolder)
  const certificate = authority.issue(certificateFolder, {
    commonName: 'localhost',
    alternativeNames: ['localhost', '127.0.0.1'],
  })
  mkdirSync(folder, { recursive: true })
  writePasswords(folder, password)
  return onFreePort(async (port) => {
    const tlsPort = await freePort()
    const server = await superviseServer<MosquittoOptions>({
      name: 'Mosquitto',
      port,
      folder,
      url: `mqtt://${user}:${password}@127.0.0.1:${port}`,
      defaults: options,
      stopSignal: 'SIGTERM',
      launch: (given) => launchMosquitto({ folder, port, tlsPort, authority, certificate }, given),
    })
    const tlsUrl = `mqtts://${user}:${password}@127.0.0.1:${tlsPort}`
    return { ...server, user, password, tlsPort, tlsUrl, certificateFolder, authority, certificate }
  })
}
