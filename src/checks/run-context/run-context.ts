import { createHash } from 'node:crypto'
import { PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import type { ResultDocument } from '../result/report.js'
import type { Fingerprints, RunContext } from '../result/judged-context.js'
import { canonicalDigest } from '../../definitions/canonical-digest.js'
import { isThere } from '../../base/files/is-there.js'
import { isPlainText } from '../../redaction/plain-text.js'
import { sourceBytes } from '../../definitions/source-file.js'
import type { FingerprintKey } from './fingerprint-key.js'
import type { Prepared } from '../prepare.js'
import { declarationsOf } from '../secrets.js'
import { serversSeen } from '../result/servers-seen.js'
import { configurationFileName } from '../settings.js'
import { isShowable } from '../result/shown-value.js'
import { labelOf, waiverFileOf, type WaiverFileOptions } from '../waivers/waiver-file.js'
import { gatherContacts } from './contacted-addresses.js'
import { inputsRead, judgedInputs, type ReadInput } from './judged-inputs.js'
import { toolDigest } from './tool-digest.js'

/** What is said of a run besides its checks, gathered while it goes on. */
export interface OpenRunContext {
  /** The document with it, when the run has ended. */
  added(document: ResultDocument): Promise<ResultDocument>
  /** Watches no longer. */
  close(): void
}

/**
 * Begins to gather. Digests are of the files as they are now, right after they were read.
 *
 * @param key of the fingerprints; none are made without one
 */
export function openRunContext(
  options: WaiverFileOptions,
  prepared: Prepared,
  key: FingerprintKey | undefined,
): OpenRunContext {
  const contacts = gatherContacts()
  const begun = beginning(options, prepared, key)
  // Whoever asks is told; a run that is cut off asks for nothing.
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
  options: WaiverFileOptions,
  prepared: Prepared,
  key: FingerprintKey | undefined,
): Promise<Omit<RunContext, 'addresses' | 'servers'>> {
  const { configuration, definitions, redactor, plan } = prepared
  const waivers = waiverFileOf(options, configuration)
  const inputs = inputsRead(prepared)
  const systems = new Set(plan.checks.map(({ definition }) => definition.system))
  const [tool, deploymentFile, waiverFile] = await Promise.all([
    toolDigest(),
    digestOf(options.config ?? configurationFileName),
    waivers === undefined ? null : digestOf(waivers.path),
  ])
  return {
    tool,
    deploymentFile,
    packs: definitions.packs
      .filter(({ system }) => systems.has(system))
      .map(({ system, checks }) => ({
        system,
        digest: canonicalDigest(Object.fromEntries(checks.map(({ id, digest }) => [id, digest]))),
      })),
    inputs: judgedInputs(inputs, redactor),
    waivers:
      waivers === undefined || waiverFile === null
        ? null
        : { digest: waiverFile, file: redactor.text(labelOf(waivers.path)) },
    variables: publicVariables(prepared),
    fingerprints: key === undefined ? null : fingerprints(key, prepared, inputs),
  }
}

async function digestOf(file: string): Promise<string | null> {
  if (!(await isThere(file))) return null
  const bytes = await sourceBytes(file)
  if (typeof bytes === 'string')
    throw new PreflightError(
      'unreadable-file',
      exitCodes.invalid,
      `${file} ${bytes}, although it was read a moment ago`,
    )
  return createHash('sha256').update(bytes).digest('hex')
}

/** Only what every pack calls public and has the form of it, and only what the one redaction point leaves as it is. */
function publicVariables({ definitions, environment, redactor }: Prepared): RunContext['variables'] {
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
  { definitions, environment, redactor }: Prepared,
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
