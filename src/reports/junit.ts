import { exitCodes } from '../base/errors.js'
import type { ResultDocument, CheckResult } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { stages } from '../base/vocabulary.js'
import { environmentWords, tally, verdictSentence, verdictWords } from './wording/verdict-words.js'
import { findingText, foundText, noteOf } from './wording/finding.js'
import { withoutLogCommands } from '../base/text/terminal-text.js'

interface Suite {
  readonly name: string
  readonly cases: readonly TestCase[]
}

export const reporter: Reporter = {
  format: 'junit',
  title: 'JUnit XML, as CI servers read it',
  render(document) {
    const suites = [...suitesOf(document)].filter(({ cases }) => cases.length > 0)
    const all = suites.flatMap(({ cases }) => cases)
    const time = ((document.run.durationMs ?? 0) / 1000).toFixed(3)
    return xmlDocument(
      element(
        'testsuites',
        { name: 'preflight', ...totals(all), time },
        suites.map((suite, index) => suiteElement(suite, document, index)),
      ),
    )
  },
}

/** The verdict is a test of its own: a server that looks at nothing but tests must be red whenever the exit code is. */
function* suitesOf(document: ResultDocument): Generator<Suite> {
  const { checks, diagnostics = [], run } = document
  yield { name: 'preflight', cases: [verdictCase(document)] }
  yield {
    name: 'definitions',
    cases: diagnostics.map(({ file, line, column, code, message, hint }) =>
      testCase('definitions', `${file}:${line}:${column}`, 0, errored(code, message, hint ?? '')),
    ),
  }
  for (const stage of stages)
    yield { name: stage, cases: checks.filter((check) => check.stage === stage).map(checkCase) }
  yield {
    name: 'not selected',
    cases: run.selection.deselectedIds.map((id) =>
      testCase(
        classNameOf(id),
        id,
        0,
        skipped(run.selection.skipped.includes(id) ? 'skipped with --skip' : 'not selected'),
      ),
    ),
  }
}

function verdictCase(document: ResultDocument): TestCase {
  const sentence = verdictSentence(document)
  const seconds = (document.run.durationMs ?? 0) / 1000
  const { kind } = verdictWords(document)
  const text = [sentence, tally(document), ...(document.notices ?? [])].join('\n')
  if (kind === 'go') return testCase('preflight', 'verdict', seconds, passed(text))
  if (kind === 'part')
    return testCase('preflight', 'verdict', seconds, skipped([sentence, ...(document.notices ?? [])].join('\n')))
  const hasFailed = document.exitCode === exitCodes.failed || document.exitCode === exitCodes.warned
  return testCase(
    'preflight',
    'verdict',
    seconds,
    kind === 'no-go' && hasFailed ? failed('no-go', sentence, text) : errored(kind, sentence, text),
  )
}

function suiteElement(
  { name, cases }: Suite,
  { run, tool, state, verdict, exitCode }: ResultDocument,
  index: number,
): XmlElement {
  const time = cases.reduce((sum, each) => sum + each.time, 0).toFixed(3)
  const attributes = {
    name,
    ...totals(cases),
    skipped: count(cases, 'skipped'),
    time,
    timestamp: run.startedAt.replace(/(\.\d+)?Z$/, ''),
    hostname: run.host,
    id: String(index),
    package: 'preflight',
  }
  if (index > 0)
    return element(
      'testsuite',
      attributes,
      cases.map((each) => each.element),
    )
  const facts: Readonly<Record<string, string | null>> = {
    version: tool.version,
    run: run.id,
    profile: run.profile,
    deployment: run.deployment,
    environment: environmentWords(run.environment) ?? null,
    commit: run.git === null ? null : `${run.git.commit}${run.git.dirty ? ' (with changes)' : ''}`,
    definitions: run.definitionsDigest,
    state,
    verdict,
    exitCode: exitCode === null ? null : String(exitCode),
  }
  const properties = Object.entries(facts).flatMap(([key, value]) =>
    value === null ? [] : [element('property', { name: key, value })],
  )
  return element('testsuite', attributes, [element('properties', {}, properties), ...cases.map((each) => each.element)])
}

function totals(cases: readonly TestCase[]): { tests: string; failures: string; errors: string } {
  return { tests: String(cases.length), failures: count(cases, 'failed'), errors: count(cases, 'errored') }
}

function count(cases: readonly TestCase[], ending: TestCase['ending']): string {
  return String(cases.filter((each) => each.ending === ending).length)
}

interface TestCase {
  readonly className: string
  readonly name: string
  /** Seconds. */
  readonly time: number
  readonly ending: 'passed' | 'failed' | 'errored' | 'skipped'
  readonly element: XmlElement
}

type Ending = { readonly ending: TestCase['ending']; readonly children: readonly XmlElement[] }

/** CI servers follow a test by its class and name from run to run: neither may hold anything that changes. */
function testCase(className: string, name: string, seconds: number, { ending, children }: Ending): TestCase {
  return {
    className,
    name,
    time: seconds,
    ending,
    element: element('testcase', { classname: className, name, time: seconds.toFixed(3) }, children),
  }
}

function checkCase(check: CheckResult): TestCase {
  return testCase(classNameOf(check.id), check.id, check.durationMs / 1000, endingOf(check))
}

/** The folder of an id with dots, as CI servers group packages of classes. */
function classNameOf(id: string): string {
  const folder = id.slice(0, Math.max(0, id.lastIndexOf('/')))
  return folder === '' ? 'preflight' : folder.replaceAll('/', '.')
}

function endingOf(check: CheckResult): Ending {
  switch (check.status) {
    case 'pass':
      return { ending: 'passed', children: [] }
    case 'warn':
      return { ending: 'passed', children: [element('system-out', {}, `WARNING\n${findingText(check)}`)] }
    case 'fail':
      return failed(check.status, foundText(check), findingText(check))
    case 'error':
    case 'timeout':
    case 'blocked':
      return errored(check.status, foundText(check), findingText(check))
    case 'waived':
      return skipped(`waived: ${noteOf(check)}`)
    case 'not-applicable':
      return skipped(`not applicable: ${check.message}`)
  }
}

function failed(type: string, message: string, text: string): Ending {
  return { ending: 'failed', children: [element('failure', { message, type }, text)] }
}

function errored(type: string, message: string, text: string): Ending {
  return { ending: 'errored', children: [element('error', { message, type }, text)] }
}

function skipped(message: string): Ending {
  return { ending: 'skipped', children: [element('skipped', {}, message)] }
}

function passed(output: string): Ending {
  return { ending: 'passed', children: [element('system-out', {}, output)] }
}

/** An element of an XML document: its attributes, then either text or elements. */
interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: XmlElement['content'] = [],
): XmlElement {
  return { name, attributes, content }
}

/**
 * A whole XML 1.0 document. Characters that no XML 1.0 document can hold, not even escaped, become U+FFFD
 * (https://www.w3.org/TR/xml/#charsets); line ends and tabs that a reader would normalise become references.
 */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '')}`
}

function write({ name, attributes, content }: XmlElement, indentation: string): string {
  const start = `${indentation}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('')}`
  if (content.length === 0) return `${start}/>\n`
  if (typeof content === 'string') return `${start}>${escapeText(content)}</${name}>\n`
  return `${start}>\n${content.map((child) => write(child, `${indentation}  `)).join('')}${indentation}</${name}>\n`
}

const impossible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu

/**
 * What XML allows and a terminal obeys: C1 controls, bidirectional overrides, invisible characters. A carriage return
 * would be normalised.
 */
const unsafe = /[\r\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g

function escapeText(text: string): string {
  const markup = withoutLogCommands(text)
    .replace(impossible, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return markup.replace(unsafe, (character) => `&#${character.charCodeAt(0)};`)
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
