/** Programs that read an environment file each in a grammar of its own. */
export const environmentReaders = ['dotenv', 'shell', 'docker', 'systemd'] as const

export type EnvironmentReader = (typeof environmentReaders)[number]

/**
 * A place that variables of the environment under test come from: an environment file that all readers read alike (its path alone), one that
 * is read as python-dotenv, a shell, docker's `--env-file` or systemd's `EnvironmentFile=` does, a service of a Compose file (`FILE#SERVICE`),
 * a container of a Kubernetes manifest (`FILE#NAME[/CONTAINER]`).
 */
export type EnvironmentSource =
  | string
  | { readonly dotenv: string }
  | { readonly shell: string }
  | { readonly docker: string }
  | { readonly systemd: string }
  | { readonly compose: string }
  | { readonly k8s: string }

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

/** What a source names: the path of a file, or a path with a name behind it. */
export function namedBy(source: EnvironmentSource): string {
  if (typeof source === 'string') return source
  const [named = ''] = Object.values(source) as readonly string[]
  return named
}
