import type { Diagnostic } from '../../../model/position.js'
import type { SourceText } from '../source-text.js'

/** Actions of Helm's templates; braces of other templates, which a value may hold as text, are none of them. */
const action = /\{\{-?\s*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|\$\w*\.|(?:include|template|if|else|with|range|end|define|tpl|toYaml|required|lookup|default|quote)\b|\/\*)/

/** What tells that a file is a template of Helm: it says nothing of an environment before it is rendered. */
export function templateIn(source: SourceText): Diagnostic | undefined {
  const at = source.text.search(action)
  if (at === -1) return undefined
  return { position: source.position(at), code: 'render-first', message: 'the file is a template of Helm, which sets no values before it is rendered', hint: 'render it first, and name what comes out: helm template … > rendered.yaml' }
}
