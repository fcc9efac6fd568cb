import { exitCodes } from '../base/exit-codes.js'
import type { ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { stages } from '../base/vocabulary.js'
import { checkCase, classNameOf, errored, failed, passed, skipped, testCase, type TestCase } from './junit/test-case.js'
import { element, xmlDocument, type XmlElement } from './junit/xml.js'
import { tally } from './wording/tally-words.js'
import { verdictSentence, verdictWords } from './wording/verdict-words.js'

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
