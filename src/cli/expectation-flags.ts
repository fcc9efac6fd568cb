import { Flags } from '@oclif/core'
import type { ExpectationOptions } from '../attestation/given-expectations.js'
import { environmentReaders } from '../environment/environment-source.js'
import { environmentFlags, repeatable } from './flags.js'
import { environmentOptions, type EnvironmentFlags, type RawInput } from './options.js'

const {
  'env-dotenv': dotenv,
  'env-sourced': sourced,
  'env-docker': docker,
  'env-systemd': systemd,
  'env-compose': compose,
  'env-k8s': k8s,
  'env-pid': pid,
  'env-pid-file': pidFile,
  'env-shell': shell,
} = environmentFlags

/** What is about to be deployed, for `verify` to compare with what was judged. */
export const expectationFlags = {
  policy: Flags.string({
    description:
      'a policy file (verify.yaml); the attestation is refused if something that it requires cannot be compared',
    helpValue: '<file>',
  }),
  deployment: Flags.string({ description: 'the name that the judged deployment must have', helpValue: '<name>' }),
  environment: repeatable(
    'a file of the environment that is about to be deployed: every variable must be equal to the judged one (repeatable; later files win)',
    '<file>',
  ),
  'env-reader': Flags.string({
    description: 'the only program that reads the files of --environment',
    options: [...environmentReaders],
    helpValue: environmentReaders.join('|'),
    dependsOn: ['environment'],
  }),
  'env-dotenv': dotenv,
  'env-sourced': sourced,
  'env-docker': docker,
  'env-systemd': systemd,
  'env-compose': compose,
  'env-k8s': k8s,
  'env-pid': pid,
  'env-pid-file': pidFile,
  'env-shell': shell,
  'fingerprint-key': Flags.string({
    description: 'the key of the fingerprints that the run made',
    helpValue: '<file>',
  }),
  inputs: Flags.string({
    description: 'a YAML file of inputs (`name: value`) that must be equal to the judged ones',
    helpValue: '<file>',
  }),
  input: repeatable(
    'an input that must be equal to the judged one: system.name=value, or name=value for each pack that has the name (repeatable)',
    '<name=value>',
  ),
  'no-waivers': Flags.boolean({ description: 'no check may be waived', exclusive: ['waivers-signed-by'] }),
  'waivers-signed-by': repeatable(
    'accept waivers only from a file that one of these signed: the fingerprint of a key, or a name in --waiver-signers or in the lock (repeatable)',
    '<name>',
  ),
  'waiver-signers': Flags.string({
    description: 'an OpenSSH allowed-signers file that names the owners of the keys [default: the signers of --lock]',
    helpValue: '<file>',
  }),
  address: repeatable('a server to which the run must have connected (repeatable)', '<host:port>'),
}

interface ExpectationFlags extends Omit<EnvironmentFlags, 'env-file' | 'inherit-env'> {
  readonly policy?: string | undefined
  readonly deployment?: string | undefined
  readonly 'fingerprint-key'?: string | undefined
  readonly inputs?: string | undefined
  readonly input?: string[] | undefined
  readonly 'no-waivers': boolean
  readonly 'waivers-signed-by'?: string[] | undefined
  readonly 'waiver-signers'?: string | undefined
  readonly address?: string[] | undefined
}

/** @param raw gives the order across the flags: the later source wins */
export function expectationOptions(flags: ExpectationFlags, raw: RawInput): ExpectationOptions {
  const asRun = raw.map((given) => (given.flag === 'environment' ? { ...given, flag: 'env-file' } : given))
  return {
    policyFile: flags.policy,
    deployment: flags.deployment,
    environment: environmentOptions({ ...flags, 'inherit-env': false }, asRun),
    fingerprintKeyFile: flags['fingerprint-key'],
    inputsFile: flags.inputs,
    inputs: flags.input ?? [],
    noWaivers: flags['no-waivers'],
    waiversSignedBy: flags['waivers-signed-by'] ?? [],
    waiverSignersFile: flags['waiver-signers'],
    addresses: flags.address ?? [],
  }
}
