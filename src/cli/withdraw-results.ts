import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, unlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { keepMode } from '../base/files/withdrawn-modes.js'
import { isLeftover } from '../base/files/temporary-name.js'

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

/** A file that a run is asked to write, and what it is to hold. */
interface NamedOutput {
  readonly format: string
  readonly file: string
}

/** Flags that name a file, with what it holds; `--report` says that itself. */
const outputFlags: Readonly<Record<string, string>> = { '--output': 'json', '--attestation': 'attestation' }

/** Commands that have these flags. */
const judging: ReadonlySet<string> = new Set(['run', 'exec'])

/** Flags with which nothing is run. */
const topLevelFlags: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-v'])

/**
 * The files that a command line of `run` or `exec` names for its outputs, before anything else is known of it.
 * Arguments after `--` are not flags.
 *
 * @param words the arguments of the program
 */
export function namedOutputs(words: readonly string[]): readonly NamedOutput[] {
  const [first = 'run'] = words
  const flags = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined)
  const isRun = judging.has(first) || (first.startsWith('-') && !topLevelFlags.has(first))
  if (!isRun || flags.includes('--help') || flags.includes('-h')) return []
  return flags.flatMap((word, index) => {
    const [flag = '', ...rest] = word.split('=')
    const value = rest.length > 0 ? rest.join('=') : flags[index + 1]
    if (value === undefined || value === '') return []
    if (flag === '--report') return reported(value)
    return Object.hasOwn(outputFlags, flag) ? [{ format: outputFlags[flag]!, file: value }] : []
  })
}

/** `FORMAT=FILE` of `--report`. */
function reported(value: string): readonly NamedOutput[] {
  const at = value.indexOf('=')
  return at < 1 || at === value.length - 1 ? [] : [{ format: value.slice(0, at), file: value.slice(at + 1) }]
}
