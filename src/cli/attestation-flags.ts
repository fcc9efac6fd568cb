import { Flags } from '@oclif/core'
import type { AttestationOptions } from '../attestation/attestation.js'
import { reportRequests } from './report-flags.js'

/** What is attested, beside the key and the file, which `run` and `attest` call by different names. */
function attestedFlagsOf(relation: { readonly dependsOn?: string[] }) {
  return {
    subject: Flags.string({
      description: 'what is deployed (repeatable) [default: the git commit]',
      helpValue: '<name@sha256:…>',
      multiple: true,
      multipleNonGreedy: true,
      ...relation,
    }),
    'allow-dirty': Flags.boolean({
      description: 'attest the commit even if the checkout differs from it; the attestation states this',
      ...relation,
    }),
    'run-url': Flags.string({ description: 'the web page of the run', helpValue: '<url>', ...relation }),
  }
}

export const attestedFlags = attestedFlagsOf({})

/** For `run`: without the first two nothing is attested. */
export const runAttestationFlags = {
  attest: Flags.string({
    description: 'sign what the result is with this private key: PEM, Ed25519 or ECDSA P-256',
    helpValue: '<key>',
    dependsOn: ['attestation'],
  }),
  attestation: Flags.string({
    description: 'the file for the signed attestation',
    helpValue: '<file>',
    dependsOn: ['attest'],
  }),
  ...attestedFlagsOf({ dependsOn: ['attest'] }),
  'fingerprint-key': Flags.string({
    description:
      'make fingerprints of the variables with this key, for `verify` to compare; `preflight keys fingerprint` makes one',
    helpValue: '<file>',
  }),
}

interface AttestedFlags {
  readonly subject?: string[] | undefined
  readonly 'allow-dirty': boolean
  readonly 'run-url'?: string | undefined
}

export function attestedOptions(flags: AttestedFlags): Pick<AttestationOptions, 'subjects' | 'allowDirty' | 'url'> {
  return { subjects: flags.subject ?? [], allowDirty: flags['allow-dirty'], url: flags['run-url'] }
}

interface RunFlags extends AttestedFlags {
  readonly attest?: string | undefined
  readonly attestation?: string | undefined
  readonly output?: string | undefined
  readonly report?: string[] | undefined
  readonly 'fingerprint-key'?: string | undefined
}

/** What a run is to attest; `undefined` when nothing. @throws UsageError for a `--report` that names no file */
export function runAttestationOptions(flags: RunFlags): AttestationOptions | undefined {
  const { attest: keyFile, attestation: file, output } = flags
  if (keyFile === undefined || file === undefined) return undefined
  const otherFiles = [
    ...(output === undefined ? [] : [output]),
    ...reportRequests(flags.report).map((report) => report.file),
  ]
  return { ...attestedOptions(flags), keyFile, file, otherFiles, fingerprintKeyFile: flags['fingerprint-key'] }
}
