import { z } from 'zod'
import type { Secret } from '../redaction/secret-value.js'
import { misconfigured } from './refusal.js'

export interface HostPort {
  readonly host: string
  readonly port: number
}

const schemePorts: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 }

/** A port as an input: a number, or its digits, as a variable gives them. */
export const portInput = () =>
  z
    .union([z.int(), z.string().regex(/^[1-9]\d{0,4}$/)])
    .transform(Number)
    .pipe(z.int().min(1).max(65_535))

/**
 * Takes `host:port`, `[::1]:port` or a URL with a port apart; the schemes of the web have a port of their own.
 *
 * @throws Refusal `bad-url`, which does not quote what was given
 */
export function parseHostPort(text: Secret): HostPort {
  const raw = text.reveal()
  const address = raw.includes('://') ? raw : `tcp://${raw}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  const port = url === undefined || url.port === '' ? (schemePorts[url?.protocol ?? ''] ?? 0) : Number(url.port)
  const host = (url?.hostname ?? '').replace(/^\[(.*)\]$/, '$1')
  if (host === '' || port === 0) throw misconfigured('bad-url', 'it is neither host:port nor a URL with a port')
  return { host, port }
}

/** Exactly one of the two ways to name a place: `address`, or `host` with `port`. */
export function namesOnePlace(given: {
  readonly address?: unknown
  readonly host?: unknown
  readonly port?: unknown
}): boolean {
  const hasBoth = given.host !== undefined && given.port !== undefined
  const hasEither = given.host !== undefined || given.port !== undefined
  return given.address === undefined ? hasBoth : !hasEither
}

/** The place an input names. @throws Refusal `bad-url` */
export function placeOf(given: {
  readonly address?: Secret | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
}): HostPort {
  return given.address === undefined ? { host: given.host ?? '', port: given.port ?? 0 } : parseHostPort(given.address)
}

/** `host:port`, with the brackets of an IPv6 address. */
export const printablePlace = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
