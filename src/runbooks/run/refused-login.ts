import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../../redaction/secret-value.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/** Bytes. */
const saltSize = 16
const digestSize = 32

/**
 * What a journal holds of a request whose credentials were refused: a salted digest, slow to compute, of the whole
 * input of the operation. No credential can be read from it, and guessing one takes long.
 */
export async function digestOfRefused(operation: Operation, scope: RunbookScope): Promise<string> {
  const salt = randomBytes(saltSize)
  const digest = await derive(whole(operation, scope), salt, digestSize)
  return `${salt.toString('hex')}:${digest.toString('hex')}`
}

/** Whether an operation would ask as the one did that was refused: with the same credentials, at the same address. */
export async function isRefusedBefore(digest: string, operation: Operation, scope: RunbookScope): Promise<boolean> {
  const [salt, expected] = digest.split(':').map((part) => Buffer.from(part, 'hex'))
  if (salt?.length !== saltSize || expected?.length !== digestSize) return false
  return timingSafeEqual(await derive(whole(operation, scope), salt, digestSize), expected)
}

function whole({ action }: Operation, scope: RunbookScope): string {
  return JSON.stringify(revealed([action.input.resolve(scope), action.probe?.input.resolve(scope) ?? null]))
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealed(item)]))
}
