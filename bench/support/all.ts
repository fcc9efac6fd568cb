import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { cellsOf, print, type Benchmark, type Figure } from './figure.js'

/**
 * Runs every benchmark in `bench/` and keeps the figures in `bench/results/`, as JSON and as a table of Markdown, which
 * also has the figures that were kept there before.
 */
interface Results {
  readonly node: string
  readonly processor: string
  readonly figures: readonly Figure[]
}

const results = new URL('../results/', import.meta.url)
const jsonFile = new URL('latest.json', results)

const before = existsSync(jsonFile) ? (JSON.parse(readFileSync(jsonFile, 'utf8')) as Results) : undefined

const figures: Figure[] = []
for (const file of readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.ts'))) {
  console.log(`\n${file}`)
  const { benchmark } = (await import(new URL(`../${file}`, import.meta.url).href)) as { readonly benchmark: Benchmark }
  const measured = await benchmark()
  print(measured)
  figures.push(...measured)
}

const made: Results = { node: process.version, processor: cpus()[0]?.model ?? 'unknown', figures }
mkdirSync(results, { recursive: true })
writeFileSync(jsonFile, `${JSON.stringify(made, undefined, 2)}\n`)
writeFileSync(new URL('latest.md', results), tableOf(made))
console.log(`\nkept in bench/results: ${figures.length} figures`)

function tableOf({ node, processor, figures: rows }: Results): string {
  const earlier = new Map(before?.figures.map((figure) => [figure.figure, cellsOf(figure)[1]]))
  const lines = rows.map((figure) => {
    const [what, amount, bound, missed] = cellsOf(figure)
    return [what, earlier.get(what) ?? '', amount, bound, missed]
  })
  const table = [['figure', 'before', 'now', 'must be', ''], ['-', '-', '-', '-', '-'], ...lines]
  return `# Benchmarks\n\nNode ${node}, ${processor}.\n\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}
