import { chmodSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { silent, startRawPeer } from '../../peers/raw-peer.js'

/** What is where a target should be. */
export interface Stranger {
  readonly port: number
  /** Path of what answers for conda, rustc, cargo and every other program. */
  readonly program: string
  stop(): Promise<void>
}

/** Kinds that look at variables and files only: no stranger can answer for them. */
export const kindsWithoutPeer: ReadonlySet<string> = new Set([
  'env',
  'secret',
  'file',
  'disk',
  'descriptor',
  'listeners',
  'bind',
  'files',
  'certificate',
  'host',
  'port',
  'process',
  'log',
])

const missingProgram = (folder: string) => join(folder, 'no-such-program')

/** A server whose every page comes from this listener, and no program. */
export async function pages(folder: string, answer: RequestListener): Promise<Stranger> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    program: missingProgram(folder),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function saysNothing(folder: string): Promise<Stranger> {
  const peer = await startRawPeer(silent)
  return { port: peer.port, program: missingProgram(folder), stop: () => peer.stop() }
}

/** A port where nothing listens, and a program that does this. */
async function program(folder: string, name: string, text: string | undefined): Promise<Stranger> {
  const closed = await pages(folder, () => undefined)
  await closed.stop()
  const path = text === undefined ? missingProgram(folder) : join(folder, name)
  if (text !== undefined) {
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
  }
  return { port: closed.port, program: path, stop: async () => undefined }
}

const loginPage = '<!doctype html><title>Sign in</title><form action="/login"><input name="password"></form>'

/**
 * Each with a name, whether a server or a program is what answers, and how it comes to be; programs are written to the
 * folder.
 */
export const strangers = [
  [
    'a server that answers 200 {"ok":1} to everything',
    'peer',
    (folder) =>
      pages(folder, (_request, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":1}'),
      ),
  ],
  [
    'a server that answers a login page',
    'peer',
    (folder) =>
      pages(folder, (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(loginPage)),
  ],
  ['a server that accepts and says nothing', 'peer', saysNothing],
  ['a program that prints OK and ends with 0', 'program', (folder) => program(folder, 'says-ok', 'echo OK')],
  ['a program that prints nothing and ends with 0', 'program', (folder) => program(folder, 'says-nothing', ':')],
  ['no program and no server', 'program', (folder) => program(folder, 'absent', undefined)],
] as const satisfies readonly (readonly [
  name: string,
  kind: 'peer' | 'program',
  appear: (folder: string) => Promise<Stranger>,
])[]

export type StrangerName = (typeof strangers)[number][0]
