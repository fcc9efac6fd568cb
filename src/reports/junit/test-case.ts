import type { CheckResult } from '../../checks/result/report.js'
import { findingText, metText, noteOf } from '../wording/finding.js'
import { element, type XmlElement } from './xml.js'

export interface TestCase {
  readonly className: string
  readonly name: string
  /** Seconds. */
  readonly time: number
  readonly ending: 'passed' | 'failed' | 'errored' | 'skipped'
  readonly element: XmlElement
}

type Ending = { readonly ending: TestCase['ending']; readonly children: readonly XmlElement[] }

/** CI servers follow a test by its class and name from run to run: neither may hold anything that changes. */
export function testCase(className: string, name: string, seconds: number, { ending, children }: Ending): TestCase {
  return {
    className,
    name,
    time: seconds,
    ending,
    element: element('testcase', { classname: className, name, time: seconds.toFixed(3) }, children),
  }
}

export function checkCase(check: CheckResult): TestCase {
  return testCase(classNameOf(check.id), check.id, check.durationMs / 1000, endingOf(check))
}

/** The folder of an id with dots, as CI servers group packages of classes. */
export function classNameOf(id: string): string {
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
      return failed(check.status, metText(check), findingText(check))
    case 'error':
    case 'timeout':
    case 'blocked':
      return errored(check.status, metText(check), findingText(check))
    case 'waived':
      return skipped(`waived: ${noteOf(check)}`)
    case 'not-applicable':
      return skipped(`not applicable: ${check.message}`)
  }
}

export function failed(type: string, message: string, text: string): Ending {
  return { ending: 'failed', children: [element('failure', { message, type }, text)] }
}

export function errored(type: string, message: string, text: string): Ending {
  return { ending: 'errored', children: [element('error', { message, type }, text)] }
}

export function skipped(message: string): Ending {
  return { ending: 'skipped', children: [element('skipped', {}, message)] }
}

export function passed(output: string): Ending {
  return { ending: 'passed', children: [element('system-out', {}, output)] }
}
