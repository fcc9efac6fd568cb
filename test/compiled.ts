import { buildSync } from 'esbuild'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const files = new Map<string, string>()

/**
 * A module of the sources, with all that it imports, as one file of JavaScript. For a process that a test starts: a
 * loader of TypeScript costs every start half a second of the processor.
 *
 * @param source path of the module
 * @returns path of the file, which every user of this machine may read
 */
export function compiled(source: string): string {
  const known = files.get(source)
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'preflight-compiled-'))
  chmodSync(folder, 0o755)
  const file = join(folder, basename(source).replace(/\.ts$/, '.mjs'))
  buildSync({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Packages that are not ES modules ask for Node's own by `require`.
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  })
  files.set(source, file)
  return file
}
