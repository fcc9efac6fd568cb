import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../../../base/position.js'
import type { SourceText } from '../env-source-text.js'

/** Actions of Helm's templates; braces of other templates, which a value may hold as text, are none of them. */
const action =
  /\{\{-?\s*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|\$\w*\.|(?:include|template|if|else|with|range|end|define|tpl|toYaml|required|lookup|default|quote)\b|\/\*)/

export const renderedByHelm = 'render it first, and name what comes out: helm template … > rendered.yaml'

/** The `Chart.yaml` of the chart that a manifest belongs to: beside it, or above the folder of its templates. */
export async function chartOf(file: string): Promise<string | undefined> {
  const folder = dirname(resolve(file))
  const places = basename(folder) === 'templates' ? [folder, dirname(folder)] : [folder]
  for (const place of places) {
    const names: readonly string[] = await readdir(place).catch(() => [])
    if (names.includes('Chart.yaml')) return join(place, 'Chart.yaml')
  }
  return undefined
}

/** What tells that a file is a template of Helm: it says nothing of an environment before it is rendered. */
export function templateIn(source: SourceText): Diagnostic | undefined {
  const at = source.text.search(action)
  if (at === -1) return undefined
  return {
    position: source.position(at),
    code: 'render-first',
    message: 'the file is a template of Helm, which sets no values before it is rendered',
    hint: renderedByHelm,
  }
}
