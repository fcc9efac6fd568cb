import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * What a file of units exports, by the file's name without its ending; nothing is imported yet. The build puts a list
 * in this module's place, made from the same folders: there the files are parts of the bundle.
 *
 * @param folder below `src`, as `checks/probes`
 */
export function unitFiles(folder: string): ReadonlyMap<string, () => Promise<object>> {
  const place = new URL(`../${folder}/`, import.meta.url)
  return new Map(
    readdirSync(fileURLToPath(place))
      .filter((file) => /^[a-z][a-z0-9.-]*\.ts$/.test(file))
      .sort()
      .map((file) => [file.slice(0, -'.ts'.length), () => import(new URL(file, place).href) as Promise<object>]),
  )
}
