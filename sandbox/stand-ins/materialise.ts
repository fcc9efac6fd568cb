import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const source = join(import.meta.dirname, 'programs')

/**
 * Puts the stand-in programs as plain JavaScript into a folder of their own, where they need neither this package nor
 * its loader. As shipped they are JavaScript already. In a source tree they are TypeScript, and so is the program that
 * runs this: only there is a compiler at hand.
 */
export async function materialisePrograms(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n')
  const names = readdirSync(source)
  for (const name of names.filter((each) => each.endsWith('.js'))) cpSync(join(source, name), join(folder, name))
  const sources = names.filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !names.includes(name.replace(/\.ts$/, '.js')),
  )
  if (sources.length === 0) return
  const { transformSync } = await import('esbuild')
  for (const name of sources) {
    const { code } = transformSync(readFileSync(join(source, name), 'utf8'), { loader: 'ts', target: 'es2022' })
    writeFileSync(join(folder, name.replace(/\.ts$/, '.js')), code)
  }
}
