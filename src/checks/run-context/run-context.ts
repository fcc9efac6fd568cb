import { shownPath } from '../../base/files/shown-path.js'
import { createHash } from 'node:crypto'
import type { ResultDocument, Fingerprints, RunContext, ContactedAddress } from '../result/report.js'
import { canonicalDigest } from '../../definitions/yaml-node.js'
import { isPlainText } from '../../redaction/value-shape.js'
import type { FingerprintKey } from './fingerprint-key.js'
import type { PreparedRun } from '../prepare.js'
import { declarationsOf } from '../secrets.js'
import { serversSeen, isShowable, inputsRead, judgedInputs, type ReadInput } from './judged-inputs.js'
import type { WaiversOfRun } from '../waivers/waivers-of-run.js'
import type { Redactor } from '../../redaction/redact.js'
import { watchContacts, type Contact } from '../../net/dial.js'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bundleDigest } from '../../base/files/bundle-digest.js'
import { isBuilt, packageRoot } from '../../base/package.js'

/** What is said of a run besides its checks, gathered while it goes on. */
interface OpenRunContext {
  /** The document with it, when the run has ended. */
  added(document: ResultDocument): Promise<ResultDocument>
  /** Watches no longer. */
  close(): void
}

/**
 * Begins to gather. Digests are of the files as they were read.
 *
 * @param key of the fingerprints; none are made without one
 */
export function openRunContext(
  prepared: PreparedRun,
  waivers: WaiversOfRun,
  key: FingerprintKey | undefined,
): OpenRunContext {
  const contacts = gatherContacts()
  const begun = beginning(prepared, waivers, key)
  // The failure reaches the code that awaits it; an interrupted run awaits nothing.
  begun.catch(() => undefined)
  return {
    close: contacts.stop,
    async added(document) {
      const { redactor, definitions } = prepared
      const servers = serversSeen(document, definitions).map((server) => ({ ...server }))
      const { fingerprints: made, ...judged } = await begun
      // In the order of the schema, in which a saved result is written again.
      return {
        ...document,
        run: {
          ...document.run,
          context: { ...judged, addresses: contacts.addresses(redactor), servers, fingerprints: made },
        },
      }
    },
  }
}

async function beginning(
  prepared: PreparedRun,
  { source }: WaiversOfRun,
  key: FingerprintKey | undefined,
): Promise<Omit<RunContext, 'addresses' | 'servers'>> {
  const { configuration, definitions, redactor, plan } = prepared
  const inputs = inputsRead(prepared)
  const systems = new Set(plan.checks.map(({ definition }) => definition.system))
  return {
    tool: await ownDigest(),
    deploymentFile: configuration.digest,
    packs: definitions.packs
      .filter(({ system }) => systems.has(system))
      .map(({ system, checks }) => ({
        system,
        digest: canonicalDigest(Object.fromEntries(checks.map(({ id, digest }) => [id, digest]))),
      })),
    inputs: judgedInputs(inputs, redactor),
    waivers: source === null ? null : { digest: source.digest, file: redactor.text(shownPath(source.path)) },
    variables: publicVariables(prepared),
    fingerprints: key === undefined ? null : fingerprints(key, prepared, inputs),
  }
}

/** Only what every pack calls public and has the form of it, and only what the one redaction point leaves as it is. */
function publicVariables({ definitions, environment, redactor }: PreparedRun): RunContext['variables'] {
  return environment
    .names()
    .map((name) => ({ name, value: environment.get(name)!.reveal() }))
    .filter(
      ({ name, value }) =>
        value !== '' &&
        isShowable(value, declarationsOf(definitions, name)) &&
        redactor.text(value) === value &&
        redactor.finds(value).length === 0,
    )
    .sort(byName)
}

function fingerprints(
  key: FingerprintKey,
  { definitions, environment, redactor }: PreparedRun,
  inputs: readonly ReadInput[],
): Fingerprints {
  const all = environment.entries().map(([name, { value }]) => [name, value.reveal()] as const)
  const isNamed = (name: string): boolean =>
    declarationsOf(definitions, name).length > 0 || (isPlainText(name) && redactor.text(name) === name)
  return {
    keyId: key.id,
    environment: key.ofEnvironment(all),
    variables: all
      .filter(([name]) => isNamed(name))
      .map(([name, value]) => ({ name, hmac: key.ofVariable(name, value) }))
      .sort(byName),
    inputs: inputs.map(({ system, name, value }) => ({ system, name, hmac: key.ofInput(system, name, value) })),
  }
}

function byName({ name: a }: { readonly name: string }, { name: b }: { readonly name: string }): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Gathers which servers are connected to, until it is asked for them. */
interface ContactWatch {
  /** By address. */
  addresses(redactor: Pick<Redactor, 'text'>): ContactedAddress[]
  stop(): void
}

/** Names that one address leads to at most: what a name server gives without end is cut. */
const mostPeers = 64

/** Watches every connection that a probe makes from now on. What a program contacts that a check runs is not seen. */
export function gatherContacts(): ContactWatch {
  const seen = new Map<string, { readonly peers: Set<string>; readonly certificates: Set<string> }>()
  const stop = watchContacts(({ address, peer, certificate }: Contact) => {
    const entry = seen.get(address) ?? { peers: new Set<string>(), certificates: new Set<string>() }
    seen.set(address, entry)
    if (peer !== undefined && entry.peers.size < mostPeers) entry.peers.add(peer)
    if (certificate !== undefined && entry.certificates.size < mostPeers) entry.certificates.add(certificate)
  })
  return {
    stop,
    addresses: (redactor) =>
      [...seen]
        .map(([address, { peers, certificates }]) => ({
          address: redactor.text(address),
          peers: [...peers].toSorted(),
          certificates: [...certificates].toSorted(),
        }))
        .sort(({ address: a }, { address: b }) => (a < b ? -1 : 1)),
  }
}

let own: string | undefined

/** The digest of what this process runs: it is the same for each of its runs. */
async function ownDigest(): Promise<string> {
  return (own ??= await toolDigest())
}

/** What decides a verdict: the code that runs, with what it is built upon, and the packs and runbooks. */
const single = ['bin/run.js', 'package.json']

const compiled = ['checks', 'dist', 'runbooks']

const sources = ['checks', 'commands', 'runbooks', 'src']

/**
 * sha256 (hex) of the list of the tool's own files, as `sha256sum` writes it, by path: what was installed can be listed
 * the same way.
 *
 * @param folder of the package
 * @param isCompiled whether the code runs from `dist`, or from its sources
 */
async function toolDigest(folder = fileURLToPath(packageRoot), isCompiled = isBuilt): Promise<string> {
  const files = [...single, ...(isCompiled ? compiled : sources)]
    .flatMap((name) => filesAt(join(folder, name)))
    .toSorted()
  const list = createHash('sha256')
  for (const [at, file] of files.entries()) {
    const digest = bundleDigest(file) ?? createHash('sha256').update(readFileSync(file)).digest('hex')
    list.update(`${digest}  ${relative(folder, file)}\n`)
    // A thousand reads in the thread pool would hold up the look-up of names; a thousand here, everything.
    if (at % 32 === 31) await setImmediate()
  }
  return list.digest('hex')
}

/**
 * A file, or all regular files below a folder; nothing where neither is there. Of the build, its map decides nothing,
 * and its code caches count only while `dist/launch.cjs` has their sha256.
 */
function filesAt(path: string): readonly string[] {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status?.isDirectory() !== true) return status === undefined ? [] : [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/^preflight(?:\.cjs\.map|-\w+\.cache)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
