import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What Compose looks for where no file is named, the first that is there (compose-go, `cli.DefaultFileNames`). */
const projectFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const

/** And then for the file that it merges over it (`cli.DefaultOverrideFileNames`). */
const overrideFiles = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
] as const

export interface OverrideFile {
  readonly file: string
  /** Others that Compose passes over because of it. */
  readonly passedOver: readonly string[]
}

/** The file that Compose merges over this one by itself: none beside a file that it does not find by itself. */
export async function overrideBeside(file: string): Promise<OverrideFile | undefined> {
  const folder = dirname(file)
  const [found] = await among(folder, projectFiles)
  if (found !== basename(file)) return undefined
  const [first, ...others] = await among(folder, overrideFiles)
  return first === undefined ? undefined : { file: join(folder, first), passedOver: others }
}

async function among(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const isThere = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (status) => !status.isDirectory(),
        () => false,
      ),
    ),
  )
  return names.filter((_, index) => isThere[index])
}
