import type { ResultDocument } from '../../src/checks/result/report.js'
import { specs } from '../golden/specs.js'

/** Text that ends, begins or repaints something in at least one format. */
const hostileTexts = [
  '\n::error title=owned::owned\n##[error]owned',
  ']]><failure message="owned"/><![CDATA[',
  '"/><testcase name="owned',
  '\n  ...\nnot ok 99 - owned\nBail out! owned\n  ---\n',
  '# SKIP owned \\# \\',
  '```\n# owned\n</details><script>alert(1)</script>|`|`` @everyone @somebody <@U0123> <!channel> [owned](https://example.org) ![](x)',
  'a"} 1\npreflight_go 1\n# HELP owned\n\\"\\',
  '[owned](1) {0} {1}',
  Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join('') +
    '\u007F\u0085\u009B31m\u200B\u2028\u202E\u2066\uFEFF\uFFFE\uFFFF',
  'lone \uD800 surrogates \uDFFF and a pair 😀',
  '%0A::error::owned %25 , : = ;',
  '\n  ::stop-commands::owned\n##vso[task.complete result=Succeeded;]owned ##teamcity[owned]',
  'x'.repeat(6000),
] as const

/** Texts of the product itself, which no file and no server can change. */
const fixed = new Set(['status', 'stage', 'severity', 'class', 'verdict', 'state', 'startedAt', 'finishedAt'])

/**
 * The document with this text in every place in which text from outside could stand, and in names that are checked
 * elsewhere.
 */
function hostile(document: ResultDocument, text: string): ResultDocument {
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : `${value}${text}`
    if (Array.isArray(value)) return value.map((item) => change(item, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        key === 'facts' || key === 'values' ? `${name}${text}` : name,
        change(item, name),
      ]),
    )
  }
  return { ...(change(document, '') as ResultDocument), tool: document.tool }
}

type Named = readonly (readonly [name: string, document: ResultDocument])[]

const documents: Promise<Named> = Promise.all(
  Object.entries(specs).map(async ([name, make]) => [name, await make()] as const),
)

/** Every spec's document, by its name. */
export async function everyDocument(): Promise<Named> {
  return documents
}

/** Every spec's document; the richest one with each hostile text, others with all of them at once. */
export async function everyDocumentAndHostileOnes(): Promise<Named> {
  const named = await documents
  const [all] = named.filter(([name]) => name === 'every-status')
  const others = named.filter(([name]) => ['invalid', 'waived', 'go-of-a-part'].includes(name))
  return [
    ...named,
    ...hostileTexts.map((text, index) => [`every-status with hostile text ${index}`, hostile(all![1], text)] as const),
    ...others.map(
      ([name, document]) => [`${name} with every hostile text`, hostile(document, hostileTexts.join(' '))] as const,
    ),
  ]
}

/** As files are laid out. */
export const fileStyle = { colour: false, width: 100 } as const
