import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, unlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { keepMode } from '../base/files/withdrawn-modes.js'
import { isLeftover } from '../base/files/temporary-name.js'
import { namedOutputs, type NamedOutput } from './named-outputs.js'

/** How much of a file is looked at, in bytes. */
const head = 4096

/** How our own documents begin. Of the result only a complete one: an incomplete one proves nothing anyway. */
const beginnings: Readonly<Record<string, RegExp>> = {
  json: /^\{\s*"schemaVersion": \d+,\s*"tool": \{\s*"name": "preflight",\s*"version": "[^"]*"\s*\},\s*"state": "complete",/,
  attestation: /^\{\s*"payloadType": ?"application\/vnd\.in-toto\+json",/,
  junit: /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="preflight" /,
  sarif:
    /^\{\s*"\$schema": "[^"]*sarif[^"]*",\s*"version": "2\.1\.0",\s*"runs": \[\s*\{\s*"tool": \{\s*"driver": \{\s*"name": "preflight",/,
  tap: /^TAP version 14\n# preflight /,
  prometheus: /^# HELP preflight_info /,
  markdown: /^## \S+ preflight: /,
  html: /^<!DOCTYPE html>[^]*<title>[^<]* – preflight<\/title>/,
  human: /^preflight \d+\.\d+\.\d+\S*\nprofile /,
  short: /^preflight: /,
  github: /^preflight \d+\.\d+\.\d+\S*: profile /,
  // A list of no findings is all that a go leaves there.
  gitlab: /^\[\]\n?$/,
}

/**
 * Takes away what an earlier run left under the names that this one is to write: were it killed before it could say
 * that it began, a green of yesterday would be there today. Runs before anything else is loaded, and waits for nothing.
 *
 * A file goes only when it is a plain file that begins as our own document of that format. What is anything else, or
 * cannot be looked at, is left to the run itself, which says what is wrong with it. Temporary files of runs that were
 * killed go too.
 */
export function withdrawResults(words: readonly string[]): void {
  for (const output of namedOutputs(words)) {
    try {
      withdraw(output)
      removeLeftovers(resolve(output.file))
    } catch {
      // The run fails on the same obstacle and reports it.
    }
  }
}

function withdraw({ format, file }: NamedOutput): void {
  const beginning = Object.hasOwn(beginnings, format) ? beginnings[format] : undefined
  if (beginning === undefined || !lstatSync(file).isFile()) return
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = fstatSync(descriptor)
    const bytes = Buffer.alloc(head)
    const text = bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, head, 0))
    if (!status.isFile() || !beginning.test(text)) return
    keepMode(resolve(file), status.mode & 0o777)
    unlinkSync(file)
  } finally {
    closeSync(descriptor)
  }
}

/** Removes what a killed run left beside a file while it wrote it. */
function removeLeftovers(path: string): void {
  const folder = dirname(path)
  for (const name of readdirSync(folder)) {
    if (isLeftover(name, basename(path), () => lstatSync(join(folder, name)).mtimeMs)) unlinkSync(join(folder, name))
  }
}
