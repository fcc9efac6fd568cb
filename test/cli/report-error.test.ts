import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const secret = 'Zk3qP9xV7tR2mW8yB4nL6cD1'

/** What is said of an error, with DEBUG set or not: it is read once, when the program starts. */
async function said(error: unknown, debug: string | undefined): Promise<string> {
  vi.resetModules()
  if (debug === undefined) delete process.env['DEBUG']
  else process.env['DEBUG'] = debug
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  const { reportError } = await import('../../src/cli/report-error.js')
  const { redactErrorsWith } = await import('../../src/redaction/error-redactor.js')
  const { createRedactor } = await import('../../src/redaction/redact.js')
  redactErrorsWith(createRedactor([{ name: 'TOKEN', value: secret, exposure: 'secret' }]))
  expect(reportError(error, [])).toBe(70)
  return text
}

it('is reported without a command for the build server that shows it', async () => {
  let text = ''
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  const { reportError } = await import('../../src/cli/report-error.js')
  const { UsageError } = await import('../../src/base/errors.js')
  reportError(new UsageError('there is no ##[stop-commands]x\n::stop-commands::x'), [])
  write.mockRestore()
  expect(text).toContain('there is no # #[stop-commands]x\n: :stop-commands::x')
})

describe('an unexpected error', () => {
  const before = process.env['DEBUG']
  beforeEach(() => vi.restoreAllMocks())
  afterEach(() => {
    vi.restoreAllMocks()
    if (before === undefined) delete process.env['DEBUG']
    else process.env['DEBUG'] = before
  })

  it('shows nothing but its name', async () => {
    expect(await said(new TypeError(`no ${secret}`), undefined)).toBe(
      'Internal error: TypeError; this is a bug in preflight; there is no verdict\nSet DEBUG=1 to see the stack.\n',
    )
  })

  it('with DEBUG shows its stack and its causes, without a secret or an escape', async () => {
    const text = await said(
      new Error(`no ${secret}\u001B[2J`, { cause: new RangeError(`of ${secret.slice(0, 12)}`) }),
      '1',
    )
    expect(text).toContain('Error: no [redacted]\\e[2J')
    expect(text).toContain('report-error.test.ts')
    expect(text).toContain('caused by RangeError: of [redacted]')
    expect(text).not.toContain(secret.slice(0, 10))
  })

  it('that is a text and not an Error is shown without a secret as well', async () => {
    expect(await said(`thrown ${secret}`, '1')).toContain('NonError: thrown [redacted]')
  })
})
