import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageNames } from '../protobuf/descriptor-set.js'
import { ProtobufError } from '../protobuf/wire-reader.js'
import { type Environment, read } from '../settings/environment.js'
import { trim } from '../settings/rust.js'

/** What the running Shield has made of its environment and its working folder. */
export interface ShieldSettings {
  readonly jwtSecret: string
  readonly natsUrl: string
  readonly isSchemaStrict: boolean
  /**
   * A descriptor set with `arqon.v1.Envelope` was found; without one, strict refuses every frame and lax lets every one
   * through.
   */
  readonly hasDescriptor: boolean
}

function hasEnvelopeDescriptor(workingFolder: string): boolean {
  try {
    return messageNames(readFileSync(join(workingFolder, 'envelope.desc'))).includes('arqon.v1.Envelope')
  } catch (error) {
    if (error instanceof ProtobufError || (error as NodeJS.ErrnoException).code !== undefined) return false
    throw error
  }
}

export function readShieldSettings(environment: Environment, workingFolder: string): ShieldSettings {
  const strict = read(environment, 'ARQON_SCHEMA_STRICT')
  return {
    jwtSecret: read(environment, 'JWT_SECRET') ?? '',
    natsUrl: read(environment, 'NATS_URL') ?? 'nats://127.0.0.1:4222',
    isSchemaStrict: strict === undefined || ['1', 'true'].includes(strict.toLowerCase()),
    hasDescriptor: hasEnvelopeDescriptor(workingFolder),
  }
}

/** A server address without a scheme is a NATS one. */
function isNatsUrl(url: string): boolean {
  const scheme = /^([^:/]*):\/\//.exec(url)?.[1]
  return url !== '' && (scheme === undefined || ['nats', 'tls'].includes(scheme.toLowerCase()))
}

/** The first four bytes of every module (WebAssembly core specification 2.0, §5.5.16). */
const wasmMagic = Buffer.from([0x00, 0x61, 0x73, 0x6d])

function isModule(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 4).equals(wasmMagic)
  } catch {
    return false
  }
}

/**
 * Why Shield would not start with this environment in this working folder; empty when it would. Whether NATS is
 * reachable is not asked.
 */
export function refusals(environment: Environment, workingFolder: string): string[] {
  const settings = readShieldSettings(environment, workingFolder)
  const policy = read(environment, 'POLICY_WASM_PATH')
  return [
    ...(trim(settings.jwtSecret) === '' ? ['JWT_SECRET is missing or blank'] : []),
    ...(read(environment, 'JWT_SKIP_VALIDATION') === undefined ? [] : ['JWT_SKIP_VALIDATION is present']),
    ...(isNatsUrl(settings.natsUrl) ? [] : ['NATS_URL is not a NATS address']),
    ...(settings.isSchemaStrict && !settings.hasDescriptor
      ? ['strict schema checking needs envelope.desc with arqon.v1.Envelope']
      : []),
    ...(policy === undefined || isModule(policy) ? [] : ['POLICY_WASM_PATH cannot be loaded']),
  ]
}
