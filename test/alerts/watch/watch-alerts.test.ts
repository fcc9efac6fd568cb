import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { alertChangeSchema, alertsDocumentSchema, type AlertsDocument } from '../../../src/alerts/alerts-document.js'
import { evaluateAlerts } from '../../../src/alerts/evaluate-alerts.js'
import { watchAlerts, type WatchClock, type WatchOptions } from '../../../src/alerts/watch/watch-alerts.js'
import { noEnvironment } from '../../../src/environment/tested-environment.js'
import { startHttpPeer } from '../../peers/http-peer.js'
import { alertFile, filePack, siteWith } from '../site.js'

const began = Date.UTC(2026, 0, 1, 12)
const second = 1000

/** A watch whose time is the test's: a step is taken between two rounds, and the watch ends after the last. */
interface Watched {
  readonly documents: readonly AlertsDocument[]
  readonly states: readonly string[]
  /** What a log has of it. */
  readonly log: string
}

/** A folder with one alert on the file `mark`. */
class Site {
  readonly folder: string
  time = began

  constructor(keys: string, more = '') {
    this.folder = siteWith({
      'checks/site/files.yaml': filePack,
      'alerts/site.yaml': alertFile(keys, more),
      'preflight.yaml': 'deployment: eu-1\n',
      mark: 'x',
    })
  }

  get options(): WatchOptions {
    const source = {
      checks: [join(this.folder, 'checks')],
      noBuiltin: true,
      config: join(this.folder, 'preflight.yaml'),
    }
    return {
      ...source,
      source: { ...source, alerts: [join(this.folder, 'alerts')] },
      systems: [],
      profile: undefined,
      environment: noEnvironment,
      inputs: [`mark=${join(this.folder, 'mark')}`],
      limits: {},
      state: join(this.folder, 'state'),
      runbooks: [],
      intervalMs: 30 * second,
      onChange: undefined,
      view: { stream: undefined as unknown as NodeJS.WriteStream, mode: 'plain', colour: false },
    }
  }

  write(text: string): void {
    writeFileSync(join(this.folder, 'mark'), text)
  }

  remove(): void {
    rmSync(join(this.folder, 'mark'), { force: true })
  }

  get historyFile(): string {
    const folder = join(this.folder, 'state', 'alerts')
    return join(folder, readdirSync(folder)[0]!)
  }

  async watch(steps: readonly (() => unknown)[], more: Partial<WatchOptions> = {}): Promise<Watched> {
    const end = new AbortController()
    const documents: AlertsDocument[] = []
    const stream = new PassThrough()
    const left = [...steps]
    const clock: WatchClock = {
      now: () => this.time,
      monotonic: () => this.time - began,
      wait: async (milliseconds) => {
        this.time += milliseconds
        const step = left.shift()
        if (step === undefined) end.abort(new Error('the test is over'))
        else await step()
      },
    }
    await watchAlerts(
      {
        ...this.options,
        clock,
        onRound: async (document) => void documents.push(alertsDocumentSchema.parse(document)),
        ...more,
        view: { stream: stream as unknown as NodeJS.WriteStream, mode: 'plain', colour: false, ...more.view },
      },
      end.signal,
    )
    return { documents, states: documents.map(({ alerts }) => alerts[0]!.state), log: String(stream.read() ?? '') }
  }

  evaluate(): Promise<AlertsDocument> {
    return evaluateAlerts({ ...this.options, now: () => this.time }, new AbortController().signal)
  }
}

const gone = 'when: [site/files/there]'

const nothing = (): void => undefined

describe('a watch', () => {
  it('fires and resolves, and says both once, with what to do', async () => {
    const site = new Site(gone)
    const { states, log, documents } = await site.watch([() => site.remove(), nothing, () => site.write('x')])
    expect(states).toEqual(['not-firing', 'firing', 'firing', 'not-firing'])
    expect(log.match(/✖ firing/g)).toHaveLength(1)
    expect(log).toContain('2026-01-01 12:00:30 UTC  ✖ firing  P0 site/gone: the mark is gone\n')
    expect(log).toContain(`    run: preflight runbook run site/restore --config ${site.folder}/preflight.yaml`)
    expect(log).toContain('    call: the engineer on call, within 5 minutes\n')
    expect(log).toContain('2026-01-01 12:01:30 UTC  ✔ not firing  P0 site/gone (it was firing)\n')
    expect(documents.map(({ at }) => at)).toEqual(
      [0, 30, 60, 90].map((seconds) => new Date(began + seconds * second).toISOString()),
    )
    expect(documents[2]!.alerts[0]).toMatchObject({ since: '2026-01-01T12:00:30.000Z', rounds: { held: 2, needed: 1 } })
  })

  it('fires at the third round with for: 3, also when it was started again between', async () => {
    const site = new Site(`${gone}\n    for: 3`)
    site.remove()
    const first = await site.watch([nothing])
    expect(first.states).toEqual(['not-firing', 'not-firing'])
    const again = await site.watch([nothing, () => site.write('x')])
    expect(again.states).toEqual(['firing', 'firing', 'not-firing'])
  })

  it('goes on counting growth after it was started again, and anew for another process', async () => {
    const keys =
      'when: [{ check: site/files/small, grows: { figure: facts.size, process: facts.mode, rounds: 3, above: 10 } }]'
    const site = new Site(keys)
    const grow = (size: number) => () => site.write('x'.repeat(size))
    site.write('x')
    expect((await site.watch([grow(2)])).states).toEqual(['not-evaluable', 'not-evaluable'])
    grow(3)()
    const again = await site.watch([
      grow(4),
      () => {
        chmodSync(join(site.folder, 'mark'), 0o600)
        grow(5)()
      },
    ])
    expect(again.states).toEqual(['not-evaluable', 'firing', 'not-evaluable'])
    expect(again.documents[1]!.alerts[0]).toMatchObject({ value: 4, limit: 1.1 })
  })

  it('counts from the beginning where its history is damaged, and says so', async () => {
    const site = new Site(`${gone}\n    for: 2`)
    site.remove()
    await site.watch([])
    writeFileSync(site.historyFile, readFileSync(site.historyFile, 'utf8').slice(0, -20))
    const { states, log } = await site.watch([nothing])
    expect(states).toEqual(['not-firing', 'firing'])
    expect(log).toContain('is not JSON, so that nothing of it counts\n')
  })

  it('goes on where its history cannot be written, and says so once', async () => {
    const site = new Site(gone)
    writeFileSync(join(site.folder, 'state'), 'a file in the place of the folder')
    const { states, log } = await site.watch([() => site.remove(), nothing])
    expect(states).toEqual(['not-firing', 'firing', 'firing'])
    expect(log.match(/counts from the beginning/g)).toHaveLength(1)
  })

  it('does not say again what the watch before has said', async () => {
    const site = new Site(gone)
    site.remove()
    await site.watch([])
    const { log } = await site.watch([() => site.write('x')])
    expect(log).not.toMatch(/UTC {2}✖ firing/)
    expect(log).toContain('(it was firing)')
  })

  it('says when rounds follow more slowly than asked', async () => {
    const site = new Site(gone)
    const late = (): void => void (site.time += 40 * second)
    const { log } = await site.watch([late, nothing, nothing])
    expect(log).toContain('rounds follow every 1m10s, not every 30s\n')
    expect(log).toContain('rounds follow every 30s again\n')
  })

  it('lets no second watch keep the same history', async () => {
    const site = new Site(gone)
    const second = new Site(gone)
    const seen: unknown[] = []
    await site.watch([
      async () => {
        seen.push(await site.watch([]).catch((error: unknown) => error))
        seen.push((await second.watch([])).states)
      },
    ])
    expect(seen[0]).toMatchObject({ exitCode: 25, message: expect.stringContaining('the watch of the alerts of site') })
    expect(seen[1]).toEqual(['not-firing'])
  })

  it('asks an alert whose check needs another that is red, and what a check never says by itself', async () => {
    const site = new Site(gone, '')
    writeFileSync(
      join(site.folder, 'alerts/site.yaml'),
      alertFile(
        gone,
        '  large: { title: it is large, priority: P1, response: site/restore, when: [{ check: site/files/small, on: [warn, fail], value: facts.size, limit: inputs.most, unit: bytes }] }\n',
      ),
    )
    const { documents } = await site.watch([() => site.write('xxx'), () => site.remove()])
    const large = documents.map(({ alerts }) => alerts.find(({ id }) => id === 'site/large'))
    expect(large).toMatchObject([
      { state: 'not-firing', value: 1, limit: 4 },
      { state: 'firing', value: 3, unit: 'bytes', conditions: [{ status: 'warn' }] },
      { state: 'firing', conditions: [{ status: 'fail' }] },
    ])
  })
})

it('does not repeat a login that was refused', async () => {
  let logins = 0
  const peer = await startHttpPeer((_, response) => {
    logins += 1
    response.writeHead(401).end('no')
  })
  const site = new Site('when: [site/files/page]')
  writeFileSync(
    join(site.folder, 'checks/site/files.yaml'),
    `${filePack}  page:
    title: the page answers
    severity: high
    class: config
    http: { url: "${peer.url}/", headers: { authorization: Bearer abc } }
    expect: [{ that: facts.status == 200, message: "it says \${{ facts.status }}" }]
    fix: start it
`,
  )
  try {
    const { states, documents } = await site.watch([nothing, nothing])
    expect(states).toEqual(['firing', 'firing', 'firing'])
    expect(documents[2]!.alerts[0]!.message).toMatch(/^it says 401; the login was refused and is not tried again/)
    expect(logins).toBe(1)
  } finally {
    await peer.stop()
  }
})

it('asks an address no more often than its budget allows, however short the interval', async () => {
  const asked: number[] = []
  const server = createServer((_, response) => {
    asked.push(performance.now())
    response.end('well')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const site = new Site(gone)
  writeFileSync(
    join(site.folder, 'checks/site/files.yaml'),
    `${filePack}  page:
    title: the page answers
    severity: high
    class: dependency
    http: { url: "http://${address}/" }
    expect: [facts.status == 200]
    fix: start it
peers: { page: { address: "${address}", requests: 1, per: 300ms } }
`,
  )
  writeFileSync(join(site.folder, 'alerts/site.yaml'), alertFile('when: [site/files/page]'))
  const { states } = await site.watch([nothing, nothing])
  server.close()
  expect(states).toEqual(['not-firing', 'not-firing', 'not-firing'])
  const gaps = asked.slice(1).map((moment, index) => moment - asked[index]!)
  expect(gaps).toHaveLength(2)
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(300)
})

describe('one look', () => {
  it('without a history names --watch, and writes nothing', async () => {
    const site = new Site(`${gone}\n    for: 2`)
    site.remove()
    const document = alertsDocumentSchema.parse(await site.evaluate())
    expect(document).toMatchObject({ exitCode: 4, counts: { notEvaluable: 1 } })
    expect(document.alerts[0]).toMatchObject({ since: null, message: expect.stringContaining('--watch') })
    expect(existsSync(join(site.folder, 'state', 'alerts'))).toBe(false)
    site.write('x')
    expect(await site.evaluate()).toMatchObject({ exitCode: 0 })
  })

  it('counts what a watch remembers, and leaves it as it is', async () => {
    const site = new Site(`${gone}\n    for: 2`)
    site.remove()
    await site.watch([])
    const before = readFileSync(site.historyFile, 'utf8')
    expect(await site.evaluate()).toMatchObject({ exitCode: 1, alerts: [{ state: 'firing' }] })
    expect(readFileSync(site.historyFile, 'utf8')).toBe(before)
  })
})

describe('--on-change', () => {
  /** A program that keeps each change, and ends as it is told. */
  function programOf(site: Site, then: string): string {
    const program = join(site.folder, 'told.sh')
    writeFileSync(program, `#!/bin/sh\ncat >> "${site.folder}/told"\n${then}\n`, { mode: 0o700 })
    return program
  }

  const toldIn = (site: Site): readonly unknown[] =>
    readFileSync(join(site.folder, 'told'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => alertChangeSchema.parse(JSON.parse(line)))

  it('gets each change once, as JSON, also across a start', async () => {
    const site = new Site(gone)
    const onChange = { program: programOf(site, 'exit 0'), limit: 60 * second }
    await site.watch([() => site.remove(), nothing], { onChange })
    const { log } = await site.watch([nothing, () => site.write('x')], { onChange })
    expect(toldIn(site)).toMatchObject([
      { from: 'not-firing', to: 'firing', deployment: 'eu-1', alert: { id: 'site/gone', message: 'the mark is gone' } },
      { from: 'firing', to: 'not-firing', at: '2026-01-01T12:02:30.000Z' },
    ])
    expect(log).not.toContain('was not told')
  })

  it('ends nothing when it fails, and that is said', async () => {
    const site = new Site(gone)
    const onChange = { program: programOf(site, 'echo no network >&2; exit 3'), limit: 60 * second }
    const untilTold = async (times: number): Promise<void> => {
      const file = join(site.folder, 'told')
      while (!existsSync(file) || readFileSync(file, 'utf8').split('\n').length <= times)
        await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const steps = [() => site.remove(), () => site.write('x'), () => untilTold(2)]
    const { states, log } = await site.watch(steps, { onChange })
    expect(states).toEqual(['not-firing', 'firing', 'not-firing', 'not-firing'])
    expect(log).toContain('was not told that site/gone is firing: it ended with exit code 3: no network\n')
    expect(toldIn(site)).toHaveLength(2)
  })

  it('is ended at its limit, with what it started', async () => {
    const site = new Site(gone)
    const onChange = { program: programOf(site, 'sleep 1000 & sleep 1000'), limit: 300 }
    const waited = async (): Promise<void> => {
      while (!existsSync(join(site.folder, 'told'))) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { log } = await site.watch([() => site.remove(), waited], { onChange })
    expect(log).toContain('was not told that site/gone is firing: it was still running after 300ms, and was ended\n')
  })

  it('says that there is no such program', async () => {
    const site = new Site(gone)
    const { log } = await site.watch([() => site.remove(), nothing], {
      onChange: { program: join(site.folder, 'missing'), limit: second },
    })
    expect(log).toMatch(/missing was not told that site\/gone is firing: .*missing/)
  })
})
