import { z } from 'zod'
import { pathText } from '../base/text/terminal-text.js'
import { resolve } from 'node:path'

/** Programs that read an environment file each in a grammar of its own. */
export const environmentReaders = ['dotenv', 'shell', 'docker', 'systemd'] as const

export type EnvironmentReader = (typeof environmentReaders)[number]

/**
 * A place that variables of the environment under test come from: an environment file that all readers read alike (its
 * path alone), one that is read as python-dotenv, a shell, docker's `--env-file` or systemd's `EnvironmentFile=` does,
 * a service of a Compose file (`FILE#SERVICE`), a container of a Kubernetes manifest (`FILE#NAME[/CONTAINER]`).
 */
export type EnvironmentSource =
  | string
  | { readonly dotenv: string }
  | { readonly shell: string }
  | { readonly docker: string }
  | { readonly systemd: string }
  | { readonly compose: string }
  | { readonly k8s: string }
  | { readonly 'pid-file': string }
  | ThisShell

/** What preflight itself was started with. */
export interface ThisShell {
  readonly 'this-shell': true
}

export const thisShell: ThisShell = Object.freeze({ 'this-shell': true })

export function isThisShell(source: EnvironmentSource): source is ThisShell {
  return typeof source === 'object' && 'this-shell' in source
}

/** An environment file with the program that reads it. */
export function fileReadBy(reader: EnvironmentReader, file: string): EnvironmentSource {
  switch (reader) {
    case 'dotenv':
      return { dotenv: file }
    case 'shell':
      return { shell: file }
    case 'docker':
      return { docker: file }
    case 'systemd':
      return { systemd: file }
  }
}

/** What a source names: the path of a file, a path with a name behind it, or this shell. */
export function namedBy(source: EnvironmentSource): string {
  if (typeof source === 'string') return source
  if (isThisShell(source)) return 'this shell'
  const [named = ''] = Object.values(source)
  return named
}

/** A source as reports name it: `prod.env`, `.env (dotenv)`, `compose.yaml#bus (compose)`, `this shell`. */
export function sourceTitle(source: EnvironmentSource): string {
  if (typeof source === 'string' || isThisShell(source)) return namedBy(source)
  return `${namedBy(source)} (${Object.keys(source)[0]})`
}

const path = () => pathText().refine((text) => text.trim() !== '', 'must not be blank')

const pathWithName = (form: string) => path().regex(/[^#]#[^#]+$/, `write it as ${form}`)

/** How a source is written, in deployment files and in steps of runbooks. */
export const environmentSource = z.union([
  path().describe('an environment file in the grammar that all readers read in the same way'),
  z
    .strictObject({ file: path(), reader: z.enum(environmentReaders) })
    .describe('an environment file, and the only program that reads it'),
  z.strictObject({ dotenv: path() }).describe('an environment file that python-dotenv loads'),
  z.strictObject({ shell: path() }).describe('an environment file that a shell sources'),
  z.strictObject({ docker: path() }).describe("a file of docker's --env-file"),
  z.strictObject({ systemd: path() }).describe("a file of a systemd unit's EnvironmentFile="),
  z.strictObject({ compose: pathWithName('FILE#SERVICE') }).describe('a service of a Compose file: FILE#SERVICE'),
  z
    .strictObject({ k8s: pathWithName('FILE#NAME or FILE#NAME/CONTAINER') })
    .describe('a container of a Kubernetes manifest: FILE#NAME or FILE#NAME/CONTAINER'),
  z
    .strictObject({ 'pid-file': path() })
    .describe('what the running process was started with whose id this file contains'),
  z
    .strictObject({ 'this-shell': z.literal(true) })
    .describe('what preflight itself was started with: the environment of this shell or job'),
])

/** @param absolute makes a path start where the file does that names it */
export function sourceFrom(
  written: z.output<typeof environmentSource>,
  absolute: (path: string) => string,
): EnvironmentSource {
  if (typeof written === 'string') return absolute(written)
  if ('file' in written) return fileReadBy(written.reader, absolute(written.file))
  if ('dotenv' in written) return { dotenv: absolute(written.dotenv) }
  if ('shell' in written) return { shell: absolute(written.shell) }
  if ('docker' in written) return { docker: absolute(written.docker) }
  if ('systemd' in written) return { systemd: absolute(written.systemd) }
  if ('compose' in written) return { compose: absolute(written.compose) }
  if ('k8s' in written) return { k8s: absolute(written.k8s) }
  return 'pid-file' in written ? { 'pid-file': absolute(written['pid-file']) } : thisShell
}

const sourceForms: Readonly<Record<string, (named: string) => EnvironmentSource>> = {
  '--env-file': (file) => file,
  '--env-dotenv': (dotenv) => ({ dotenv }),
  '--env-sourced': (shell) => ({ shell }),
  '--env-shell': () => thisShell,
  '--env-docker': (docker) => ({ docker }),
  '--env-systemd': (systemd) => ({ systemd }),
  '--env-compose': (compose) => ({ compose }),
  '--env-k8s': (k8s) => ({ k8s }),
  '--env-pid-file': (file) => ({ 'pid-file': file }),
}

/** The source that a flag names, with its value where it takes one; `undefined` for a flag that names none. */
export function sourceOfOption(flag: string, named: string): EnvironmentSource | undefined {
  return Object.hasOwn(sourceForms, flag) ? sourceForms[flag]!(named) : undefined
}

/** The flags for these sources: `--env-file prod.env --env-k8s bus.yaml#bus`. */
export function sourceOptions(sources: readonly EnvironmentSource[]): readonly string[] {
  return sources.flatMap((source) => {
    if (typeof source === 'string') return ['--env-file', source]
    if (isThisShell(source)) return ['--env-shell']
    return Object.entries(source).flatMap(([form, from]) => [flagOf(form), from])
  })
}

/** A file that a shell sources is not this shell. */
function flagOf(form: string): string {
  return form === 'shell' ? '--env-sourced' : `--env-${form}`
}

/** The file that a source reads; `undefined` for this shell. */
export function fileOf(source: EnvironmentSource): string | undefined {
  if (isThisShell(source)) return undefined
  const named = namedBy(source)
  return typeof source === 'string' || !('compose' in source || 'k8s' in source)
    ? named
    : named.slice(0, named.lastIndexOf('#'))
}

/** A file without a named program is read by the program that the run names for it. */
export function sourceInRun(file: EnvironmentSource, sources: readonly EnvironmentSource[]): EnvironmentSource {
  if (typeof file !== 'string') return file
  return sources.find((source) => !isThisShell(source) && resolve(namedBy(source)) === resolve(file)) ?? file
}
