import { describe, expect, it } from 'vitest'
import { loadCheck, outcomeOf as outcomeOfLoaded } from './support/outcome.js'

const declared = `variables:
  PAGE: { reads: [url], exposure: public }
  STORE: { reads: [url], schemes: [redis], exposure: dsn }
  COUNT: { reads: [python-int], minimum: 1, exposure: public }
  LIMIT: { reads: [python-float], exposure: public }
`

const outcomeOf = async (
  input: string,
  expectations: readonly string[],
  environment: Readonly<Record<string, string>>,
) => outcomeOfLoaded(await loadCheck('env', declared, input, expectations), environment)

describe('a fact that this value does not give is not an answer, whatever its variable may show', () => {
  it.each([
    [
      'PAGE',
      'https://user:pw@prod-db.example/',
      '!facts.value.contains("prod-db")',
      /facts\.value has no value: the value is a URL with credentials/,
    ],
    [
      'PAGE',
      ':::not-a-url',
      'facts.scheme != "http"',
      /facts\.scheme has no value: the target cannot read the value as a URL/,
    ],
    [
      'STORE',
      ':::not-a-url',
      'size(facts.remoteHosts) == 0',
      /facts\.remoteHosts has no value: the target cannot read the value as a URL/,
    ],
    ['STORE', '', '!facts.hasPassword', /facts\.hasPassword has no value: .*is empty/],
    ['COUNT', '5000x', 'facts.int <= 10', /facts\.int has no value: the value is not an integer/],
    ['LIMIT', '50.5.5', 'facts.number <= 10.0', /facts\.number has no value: the value is not a number/],
    [
      'LIMIT',
      'nan',
      'facts.valid && facts.number <= 10.0',
      /facts\.number has no value: the value is not a finite number/,
    ],
    [
      'LIMIT',
      '-inf',
      'facts.valid && facts.number <= 10.0',
      /facts\.number has no value: the value is not a finite number/,
    ],
  ])('%s=%s: %s', async (name, value, expectation, message) => {
    expect(await outcomeOf(`{ name: ${name} }`, [`facts.set && ${expectation}`], { [name]: value })).toMatchObject({
      status: 'error',
      message: expect.stringMatching(message),
    })
  })

  it('of what the target uses instead, too', async () => {
    expect(
      await outcomeOf('{ name: LIMIT, otherwise: nan }', ['facts.assumed && facts.number <= 10.0'], {}),
    ).toMatchObject({ status: 'error' })
    expect(
      await outcomeOf(
        '{ name: STORE, otherwise: "redis://a:6379/0" }',
        ['facts.assumed && size(facts.remoteHosts) == 1'],
        { STORE: '' },
      ),
    ).toMatchObject({ status: 'pass' })
  })

  it.each([
    ['COUNT', '5000x'],
    ['STORE', ':::not-a-url'],
  ])('%s=%s fails where its validity is expected first', async (name, value) => {
    const further = name === 'COUNT' ? 'facts.int <= 10' : 'size(facts.remoteHosts) == 0'
    expect(
      await outcomeOf(`{ name: ${name} }`, ['facts.set && !facts.empty', 'facts.valid', further], { [name]: value }),
    ).toMatchObject({ status: 'fail' })
  })

  it.each([
    ['PAGE', 'https://prod-db.example/', 'facts.value.contains("prod-db") && facts.scheme == "https"'],
    ['PAGE', 'https://user:pw@prod-db.example/', 'facts.host == "prod-db.example"'],
    ['COUNT', '0', '!facts.valid && facts.reason != ""'],
    ['COUNT', '-5', '!facts.valid && facts.int == -5'],
    ['LIMIT', '0', 'facts.valid && facts.number == 0.0'],
    ['LIMIT', 'nan', 'facts.valid && facts.value == "nan"'],
  ])('%s=%s gives what it has: %s', async (name, value, expectation) => {
    expect(await outcomeOf(`{ name: ${name} }`, [`facts.set && ${expectation}`], { [name]: value })).toMatchObject({
      status: 'pass',
    })
  })
})

describe('of a secret that there is not nothing is said in its favour', () => {
  const judged = async (input: string, expectation: string, environment: Readonly<Record<string, string>>) =>
    outcomeOfLoaded(
      await loadCheck('secret', 'variables:\n  KEY: { exposure: secret }\n', input, [expectation]),
      environment,
    )

  it.each([
    'size(facts.reasons) == 0',
    'facts.explanation == ""',
    'facts.surroundedBy == "nothing"',
    'facts.layer == "raw"',
  ])('%s', async (expectation) => {
    expect(await judged('{ name: KEY }', expectation, {})).toMatchObject({
      status: 'error',
      message: expect.stringContaining('KEY is not set, so there is no secret to judge'),
    })
    expect(await judged('{ dsn-passwords: [KEY] }', expectation, {})).toMatchObject({
      status: 'error',
      message: expect.stringContaining('with dsn-passwords no secret is judged'),
    })
    expect(await judged('{ name: KEY }', `!facts.set || ${expectation}`, {})).toMatchObject({ status: 'pass' })
    expect(await judged('{ name: KEY }', `facts.set && ${expectation}`, {})).toMatchObject({ status: 'fail' })
  })

  it('an empty one has a reason, and a good one has none', async () => {
    expect(await judged('{ name: KEY }', 'size(facts.reasons) == 0', { KEY: '' })).toMatchObject({ status: 'fail' })
    expect(
      await judged('{ name: KEY }', 'size(facts.reasons) == 0', { KEY: 'q7Hs0Xv2mBz9LkTf4RwYpNcJ8dGaEu3i5oQxZy1V' }),
    ).toMatchObject({ status: 'pass' })
  })
})
